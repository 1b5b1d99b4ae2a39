package corpus

// keyNames generates secrets that are only recognisable by the name of their key.
func (g *generator) keyNames() {
	g.group = KeyNames
	g.keyed(6, "keyed-strong-pw", secretKeys, g.strong)
	g.keyed(4, "keyed-alnum", secretKeys, func() string { return g.of(alnum, g.between(16, 48)) })
	g.keyed(3, "keyed-hex", secretKeys, func() string { return g.hex(g.oneOf(32, 40, 64)) })
	g.keyed(2, "keyed-b64", secretKeys, func() string { return g.base64(g.oneOf(24, 32, 48)) })
	g.keyed(1, "keyed-uuid", keys("clientSecret", "apiKey", "authToken", "API_KEY", "sharedSecret"), g.uuid)
	g.keyed(3, "keyed-weak-pw",
		keys("password", "masterPassword", "adminPassword", "environment.variables.DB_PASSWORD", "MYSQL_ROOT_PASSWORD",
			"passwd", "rootPassword", "dbPassword", "app:dbPassword", "pwd"), g.weak)
	g.keyed(1, "keyed-passphrase", keys("passphrase", "password", "MASTER_PASSPHRASE"),
		func() string { return g.word() + g.pick("-", " ", ".") + g.word() + "-" + g.word() + "-" + g.number(2) })
}
