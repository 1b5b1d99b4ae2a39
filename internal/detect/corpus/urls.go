package corpus

// urls generates URLs, connection strings and files that hold logins.
func (g *generator) urls() {
	db := func(sch ...string) func() string {
		return func() string {
			return g.pick(sch...) + "://" + g.pick(g.word(), "admin", "svc_"+g.word(), "") + ":" + g.plain() + "@" +
				g.host() + ":" + g.number(4) + "/" + g.word() + g.pick("", "?sslmode=require")
		}
	}
	g.positive("dburl-postgres", neutral, db("postgres", "postgresql", "postgresql+psycopg2"))
	g.positive("dburl-mysql", neutral, db("mysql", "mysql+pymysql", "mariadb"))
	g.positive("dburl-mongodb", neutral, func() string {
		return g.pick("mongodb", "mongodb+srv") + "://" + g.word() + ":" + g.plain() + "@" + g.word() + "." +
			g.of(lalnum, 5) + ".mongodb.net/" + g.word() + "?retryWrites=true&w=majority"
	})
	g.positive("dburl-redis-amqp", neutral, db("redis", "rediss", "amqp", "amqps"))
	g.positive("dburl-other", neutral, func() string {
		return g.pick("jdbc:postgresql://"+g.host()+":5432/"+g.word()+"?user="+g.word()+"&password="+g.plain(),
			"jdbc:sqlserver://"+g.host()+":1433;databaseName="+g.word()+";user=sa;password="+g.plain()+";",
			"sqlserver://sa:"+g.plain()+"@"+g.host()+":1433?database="+g.word(),
			"host="+g.host()+" port=5432 user=app password="+g.plain()+" dbname="+g.word()+" sslmode=require")
	})
	g.positive("basic-auth-url", neutral, func() string {
		return g.pick("https", "http", "ftp") + "://" + g.pick(g.word(), "svc-"+g.word(), "deploy") + ":" + g.plain() +
			"@" + g.host() + "/" + g.word()
	})
	g.positive("git-url-token", keys("repositoryUrl", "value", "source"), func() string {
		return "https://" +
			g.pick("oauth2:"+"glpat"+"-"+g.of(b64u, 20)+"@gitlab.com/",
				"x-access-token:"+g.github("ghp")+"@github.com/", g.github("ghp")+"@github.com/") + g.word() + "/" +
			g.word() + ".git"
	})
	g.positive("dockerconfigjson", keys("data..dockerconfigjson", "stringData..dockerconfigjson", "value"),
		func() string {
			u, p := g.word(), g.plain()
			return g.pick(`{"auths":{"ghcr.io":{"username":"`+u+`","password":"`+p+`","auth":"`+encode(u+":"+p)+`"}}}`,
				`{"auths":{"https://index.docker.io/v1/":{"auth":"`+encode(u+":"+p)+`"}}}`)
		})
	g.positive("kubeconfig", keys("kubeconfig", "value", "data.kubeconfig"), func() string {
		usr := g.pick("    client-certificate-data: "+encode(g.certificate())+"\n    client-key-data: "+
			encode(g.rsaKey()), "    token: "+g.jwt(), "    username: admin\n    password: "+g.of(lalnum, 32))
		return "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: https://" + g.host() +
			":6443\n    certificate-authority-data: " + encode(g.certificate()) + "\nusers:\n- name: u\n  user:\n" +
			usr + "\ncontexts:\n- name: x\n  context: {cluster: c, user: u}\ncurrent-context: x\n"
	})
}
