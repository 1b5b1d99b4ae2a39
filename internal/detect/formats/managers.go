package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) DopplerToken() Format {
	return Format{
		ID: "doppler-token", Title: "a Doppler token",
		Matches: "dp.pt., dp.st., dp.ct., dp.sa., dp.scim. or dp.audit. and 40 to 44 characters",
		Source:  "https://docs.doppler.com/reference/auth-token-formats",
		Forms: []Form{
			{Anchor: "dp.pt.", Test: token(ascii.Alnum, 40, 44)},
			{Anchor: "dp.ct.", Test: token(ascii.Alnum, 40, 44)},
			{Anchor: "dp.sa.", Test: token(ascii.Alnum, 40, 44)},
			{Anchor: "dp.st.", Test: token(ascii.Dotted, 40, 100)},
			{Anchor: "dp.scim.", Test: token(ascii.Alnum, 40, 44)},
			{Anchor: "dp.audit.", Test: token(ascii.Alnum, 40, 44)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 43, "dp.pt.", "dp.ct.", "dp.sa.", "dp.st.", "dp.scim.", "dp.audit.")
		},
	}
}

func (known) OnePasswordToken() Format {
	return Format{
		ID: "onepassword-token", Title: "a 1Password service account token",
		Matches: "ops_ and a long base64 document",
		Source:  "https://developer.1password.com/docs/service-accounts/",
		Forms: []Form{
			{Anchor: "ops_eyJ", Test: token(ascii.Base64URL|ascii.Pad, 250, 4096)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("ops_" + "eyJ" + m.Of(SetAlnum, 400)),
				False: texts("ops_" + "eyJ" + m.Of(SetAlnum, 40)),
			}
		},
	}
}
