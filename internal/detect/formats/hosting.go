package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) DigitalOceanToken() Format {
	return Format{
		ID: "digitalocean-token", Title: "a DigitalOcean token",
		Matches: "dop_v1_, doo_v1_ or dor_v1_ and 64 hex digits",
		Source:  "https://docs.digitalocean.com/reference/api/create-personal-access-token/",
		Forms: []Form{
			{Anchor: "dop_v1_", Test: token(ascii.Hex, 64, 64)},
			{Anchor: "doo_v1_", Test: token(ascii.Hex, 64, 64)},
			{Anchor: "dor_v1_", Test: token(ascii.Hex, 64, 64)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 64, "dop_v1_", "doo_v1_", "dor_v1_")
		},
	}
}

func (known) HerokuToken() Format {
	return Format{
		ID: "heroku-token", Title: "a Heroku token",
		Matches: "HRKU-AA and 58 characters; older ones by their name",
		Source:  "https://devcenter.heroku.com/articles/platform-api-reference",
		Forms: []Form{
			{Anchor: "HRKU-AA", Test: token(ascii.Base64URL, 58, 58)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 58, "HRKU"+"-AA")
		},
	}
}

func (known) NetlifyToken() Format {
	return Format{
		ID: "netlify-token", Title: "a Netlify token",
		Matches: "nfp_ and 36 characters",
		Source:  "https://docs.netlify.com/api/get-started/",
		Forms: []Form{
			{Anchor: "nfp_", Test: token(ascii.Alnum, 36, 36)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 36, "nfp_")
		},
	}
}

func (known) SupabaseToken() Format {
	return Format{
		ID: "supabase-token", Title: "a Supabase token",
		Matches: "sbp_ and 40 characters",
		Source:  "https://supabase.com/docs/reference/api/introduction",
		Forms: []Form{
			{Anchor: "sbp_", Test: token(ascii.Alnum, 40, 40)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 40, "sbp_")
		},
	}
}

func (known) TailscaleKey() Format {
	return Format{
		ID: "tailscale-key", Title: "a Tailscale key",
		Matches: "tskey- keys",
		Source:  "https://tailscale.com/kb/1085/auth-keys",
		Forms: []Form{
			{Anchor: "tskey-", Test: token(ascii.Alnum|ascii.Dash, 32, 100)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("tskey-" + "auth-" + m.Of(SetAlnum, 17) + "-" + m.Of(SetAlnum, 32)),
				False: texts("tskey-" + "auth-" + m.Of(SetAlnum, 9)),
			}
		},
	}
}
