package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) DatadogKey() Format {
	return Format{
		ID: "datadog-key", Title: "a Datadog application key",
		Matches: "ddapp_ and 34 characters; older keys by their name",
		Source:  "https://docs.datadoghq.com/account_management/api-app-keys/",
		Forms: []Form{
			{Anchor: "ddapp_", Test: token(ascii.Alnum, 34, 34)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 34, "ddapp_")
		},
	}
}

func (known) GrafanaToken() Format {
	return Format{
		ID: "grafana-token", Title: "a Grafana token",
		Matches: "glsa_ and glc_ tokens",
		Source:  "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
		Forms: []Form{
			{Anchor: "glsa_", Test: token(ascii.Alnum|ascii.Dash, 41, 41)},
			{Anchor: "glc_", Test: token(ascii.Base64|ascii.Pad, 32, 400)},
		},
		Samples: func(m Maker) Samples {
			return join(Samples{
				True:  texts("glsa_" + m.Of(SetAlnum, 32) + "_" + m.Of(SetHex, 8)),
				False: texts("glsa_" + m.Of(SetAlnum, 12)),
			}, Samples{True: texts("glc_" + m.Of(SetAlnum, 100) + "=="), False: texts("glc_" + m.Of(SetAlnum, 12))})
		},
	}
}

func (known) NewRelicKey() Format {
	return Format{
		ID: "newrelic-key", Title: "a New Relic user key",
		Matches: "NRAK- and 27 characters",
		Source:  "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
		Forms: []Form{
			{Anchor: "NRAK-", Test: token(ascii.Upper|ascii.Digit, 27, 27)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetUpper+SetDigits, 27, "NRAK-")
		},
	}
}

func (known) SentryToken() Format {
	return Format{
		ID: "sentry-token", Title: "a Sentry token",
		Matches: "sntrys_ tokens; DSNs are public",
		Source:  "https://docs.sentry.io/account/auth-tokens/",
		Forms: []Form{
			{Anchor: "sntrys_", Test: token(ascii.Base64|ascii.Dash|ascii.Pad, 80, 400)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("sntrys_" + "eyJpYXQiO" + m.Of(SetAlnum, 100) + "_" + m.Of(SetAlnum, 43)),
				False: texts("https://" + m.Of(SetHex, 32) + "@o1.ingest.sentry.io/1"),
			}
		},
	}
}
