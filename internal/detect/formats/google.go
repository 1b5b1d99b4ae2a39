package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

func (known) GoogleAccessToken() Format {
	return Format{
		ID: "google-access-token", Title: "a Google access token", ShortLived: true,
		Matches: "ya29. and 40 characters or more",
		Source:  "https://cloud.google.com/docs/authentication/token-types",
		Forms: []Form{
			{Anchor: "ya29.", Test: token(ascii.Dotted, 40, 2048)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64URL, 120, "ya29.")
		},
	}
}

func (known) GoogleAPIKey() Format {
	return Format{
		ID: "google-api-key", Title: "a Google API key",
		Matches: "AIza and 35 characters",
		Source:  "https://cloud.google.com/docs/authentication/api-keys",
		Forms: []Form{
			{Anchor: "AIza", Test: token(ascii.Base64URL, 35, 35)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 35, "AIza")
		},
	}
}

func (known) GoogleOAuthSecret() Format {
	return Format{
		ID: "google-oauth-secret", Title: "a Google OAuth client secret",
		Matches: "GOCSPX- and 28 characters",
		Source:  "https://developers.google.com/identity/protocols/oauth2",
		Forms: []Form{
			{Anchor: "GOCSPX-", Test: token(ascii.Base64URL, 28, 28)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 28, "GOCSPX-")
		},
	}
}

func (known) GCPServiceAccount() Format {
	return Format{
		ID: "gcp-service-account", Title: "a Google Cloud service account key", Cloud: "gcp",
		Matches: "JSON of type service_account with a private key",
		Source:  "https://cloud.google.com/iam/docs/keys-create-delete",
		By:      "the type of the JSON around a private key",
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					`{"type":"service_account","project_id":"x","private_key":"`+
						strings.ReplaceAll(m.PEM("PRIVATE"+" KEY"), "\n", `\n`)+`"}`,
					Encode(`{"type": "service_account", "private_key": "`+strings.ReplaceAll(m.PEM("PRIVATE"+" KEY"),
						"\n", `\n`)+`"}`),
				),
				False: texts(
					`{"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/`+
						`workloadIdentityPools/p/providers/x"}`,
					`{"type":"service_account","project_id":"x"}`,
				),
			}
		},
	}
}
