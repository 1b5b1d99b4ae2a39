package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) DatabricksToken() Format {
	return Format{
		ID: "databricks-token", Title: "a Databricks token",
		Matches: "dapi and 32 hex digits",
		Source:  "https://docs.databricks.com/en/dev-tools/auth/pat.html",
		Forms: []Form{
			{Anchor: "dapi", Test: token(ascii.Hex, 32, 32)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 32, "dapi")
		},
	}
}

func (known) MongoDBToken() Format {
	return Format{
		ID: "mongodb-token", Title: "a MongoDB Atlas service account secret",
		Matches: "mdb_sa_sk_ and 40 characters or more",
		Source:  "https://www.mongodb.com/docs/atlas/api/service-accounts-overview/",
		Forms: []Form{
			{Anchor: "mdb_sa_sk_", Test: token(ascii.Base64URL, 40, 64)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 40, "mdb_sa_sk_")
		},
	}
}

func (known) PlanetScaleToken() Format {
	return Format{
		ID: "planetscale-token", Title: "a PlanetScale token",
		Matches: "pscale_tkn_ or pscale_pw_ and 32 characters or more",
		Source:  "https://planetscale.com/docs/concepts/service-tokens",
		Forms: []Form{
			{Anchor: "pscale_tkn_", Test: token(ascii.Dotted, 32, 64)},
			{Anchor: "pscale_pw_", Test: token(ascii.Dotted, 32, 64)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 43, "pscale_tkn_", "pscale_pw_")
		},
	}
}
