package corpus

// services generates the tokens of further services.
func (g *generator) services() {
	g.positive("vault-service", neutral, func() string { return "hvs" + ".CAESI" + g.of(b64u, g.between(86, 92)) })
	g.positive("vault-root", neutral, func() string { return "hvs" + "." + g.of(alnum, 24) })
	g.positive("vault-batch", neutral, func() string { return "hvb" + ".AAAAAQ" + g.of(b64u, g.between(140, 180)) })
	g.positive("vault-legacy", keys("vaultToken", "environment.VAULT_TOKEN", "vault:token"),
		func() string { return "s" + "." + g.of(alnum, 24) })
	g.positive("tfc-token", neutral, func() string { return g.of(alnum, 14) + ".atlas" + "v1." + g.of(alnum, 67) })
	g.positive("pulumi-token", neutral, func() string { return "pul" + "-" + g.hex(40) })
	g.positive("doppler-pt", neutral, func() string { return "dp" + ".pt." + g.of(alnum, 43) })
	g.positive("doppler-other", neutral,
		func() string { return "dp" + "." + g.pick("st."+g.word()+".", "st.", "ct.", "sa.") + g.of(alnum, 43) })
	g.positive("digitalocean", neutral, func() string { return g.pick("dop", "doo", "dor") + "_v1_" + g.hex(64) })
	g.positive("cloudflare-legacy",
		keys("cloudflare:apiToken", "environment.CLOUDFLARE_API_TOKEN", "cloudflareApiToken"),
		func() string { return g.of(b64u, 40) })
	g.positive("cloudflare-global", keys("cloudflare:apiKey", "environment.CLOUDFLARE_API_KEY"),
		func() string { return g.hex(37) })
	g.positive("cloudflare-new", neutral,
		func() string { return g.pick("cfut", "cfat", "cfk") + "_" + g.of(alnum, 40) + g.hex(8) })
	g.positive("cloudflare-origin-ca", neutral, func() string { return "v1.0-" + g.hex(24) + "-" + g.hex(146) })
	g.positive("heroku-uuid", keys("herokuApiKey", "environment.HEROKU_API_KEY", "heroku:apiKey"), g.uuid)
	g.positive("heroku-v2", neutral, func() string { return "HRKU" + "-AA" + g.of(b64u, 58) })
	g.positive("age", neutral, func() string { return "AGE-SECRET" + "-KEY-1" + g.of(bech, 58) })
	g.positive("wireguard", keys("wireguardPrivateKey", "peer.privateKey", "presharedKey"),
		func() string { return g.base64(32) })
	g.positive("saas-prefix", neutral, func() string {
		switch g.random.IntN(26) {
		case 0:
			return "glsa" + "_" + g.of(alnum, 32) + "_" + g.hex(8)
		case 1:
			return "glc" + "_" + g.of(b64, 100) + "=="
		case 2:
			return "NRAK" + "-" + g.of(ualnum, 27)
		case 3:
			return "dapi" + g.hex(32)
		case 4:
			return "lin" + "_api_" + g.of(alnum, 40)
		case 5:
			return "ntn" + "_" + g.number(11) + g.of(alnum, 35)
		case 6:
			return "figd" + "_" + g.of(b64u, 40)
		case 7:
			return "PMAK" + "-" + g.hex(24) + "-" + g.hex(34)
		case 8:
			return "shpat" + "_" + g.hex(32)
		case 9:
			return "hf" + "_" + g.of(lower+upper, 34)
		case 10:
			return "dckr" + "_pat_" + g.of(b64u, 27)
		case 11:
			return "pscale" + "_tkn_" + g.of(b64u, 43)
		case 12:
			return "sbp" + "_" + g.hex(40)
		case 13:
			return "CCIPAT" + "_" + g.of(alnum, 22) + "_" + g.hex(40)
		case 14:
			return "bkua" + "_" + g.hex(40)
		case 15:
			return "tskey" + "-auth-" + g.of(alnum, 17) + "-" + g.of(alnum, 32)
		case 16:
			return "ATATT3" + g.of(b64u, 178) + "=" + g.of(ualnum, 8)
		case 17:
			return "https://discord" + ".com/api/webhooks/" + g.number(18) + "/" + g.of(b64u, 68)
		case 18:
			return "sntrys" + "_eyJpYXQiO" + g.of(alnum, 40) + "LCJyZWdpb25fdXJs" + g.of(alnum, 40) + "_" +
				g.of(alnum, 43)
		case 19:
			return "rubygems" + "_" + g.hex(48)
		case 20:
			return "ops" + "_eyJ" + g.of(alnum, 400)
		case 21:
			return "squ" + "_" + g.hex(40)
		case 22:
			return "xkeysib" + "-" + g.hex(64) + "-" + g.of(alnum, 16)
		case 23:
			return "sbp" + "_" + g.of(lalnum, 40)
		case 24:
			return "nfp" + "_" + g.of(alnum, 36)
		}
		return "key" + "-" + g.hex(32)
	})
}
