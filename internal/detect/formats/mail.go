package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) BrevoKey() Format {
	return Format{
		ID: "brevo-key", Title: "a Brevo API key",
		Matches: "xkeysib-, 64 hex digits and 16 characters",
		Source:  "https://developers.brevo.com/docs/getting-started",
		Forms: []Form{
			{Anchor: "xkeysib-", Test: token(ascii.Alnum|ascii.Dash, 81, 81)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("xkeysib" + "-" + m.Of(SetHex, 64) + "-" + m.Of(SetAlnum, 16)),
				False: texts("xkeysib" + "-" + m.Of(SetHex, 20)),
			}
		},
	}
}

func (known) MailgunKey() Format {
	return Format{
		ID: "mailgun-key", Title: "a Mailgun API key",
		Matches: "key- and 32 hex digits",
		Source:  "https://documentation.mailgun.com/docs/mailgun/api-reference/authentication",
		Forms: []Form{
			{Anchor: "key-", Test: token(ascii.Hex, 32, 32)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("key-" + m.Of(SetHex, 32)),
				False: texts("sort-key-"+m.Of(SetHex, 32), "key-"+m.Of(SetHex, 17)),
			}
		},
	}
}

func (known) SendGridKey() Format {
	return Format{
		ID: "sendgrid-key", Title: "a SendGrid API key",
		Matches: "SG., 22 characters, a dot and 43 more",
		Source:  "https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys",
		Forms: []Form{
			{Anchor: "SG.", Test: token(ascii.Dotted, 66, 66)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("SG." + m.Of(SetAlnum, 22) + "." + m.Of(SetAlnum, 43)),
				False: texts("SG."+m.Of(SetAlnum, 22), "MSG."+m.Of(SetAlnum, 66)),
			}
		},
	}
}
