package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) AtlassianToken() Format {
	return Format{
		ID: "atlassian-token", Title: "an Atlassian API token",
		Matches: "ATATT3 and 180 to 240 characters",
		Source:  "https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/",
		Forms: []Form{
			{Anchor: "ATATT3", Test: token(ascii.Base64URL|ascii.Pad, 180, 240)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64URL, 190, "ATATT3")
		},
	}
}

func (known) FigmaToken() Format {
	return Format{
		ID: "figma-token", Title: "a Figma token",
		Matches: "figd_ and 40 characters",
		Source:  "https://www.figma.com/developers/api",
		Forms: []Form{
			{Anchor: "figd_", Test: token(ascii.Base64URL, 40, 40)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 40, "figd_")
		},
	}
}

func (known) LinearKey() Format {
	return Format{
		ID: "linear-key", Title: "a Linear API key",
		Matches: "lin_api_ and 40 characters",
		Source:  "https://linear.app/developers/graphql",
		Forms: []Form{
			{Anchor: "lin_api_", Test: token(ascii.Alnum, 40, 40)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 40, "lin_api_")
		},
	}
}

func (known) NotionToken() Format {
	return Format{
		ID: "notion-token", Title: "a Notion token",
		Matches: "ntn_ and 46 characters",
		Source:  "https://developers.notion.com/docs/authorization",
		Forms: []Form{
			{Anchor: "ntn_", Test: token(ascii.Alnum, 46, 46)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 46, "ntn_")
		},
	}
}

func (known) PostmanKey() Format {
	return Format{
		ID: "postman-key", Title: "a Postman API key",
		Matches: "PMAK-, 24 and 34 hex digits",
		Source:  "https://learning.postman.com/docs/developer/postman-api/authentication/",
		Forms: []Form{
			{Anchor: "PMAK-", Test: token(ascii.Hex|ascii.Dash, 59, 59)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("PMAK-" + m.Of(SetHex, 24) + "-" + m.Of(SetHex, 34)),
				False: texts("PMAK-" + m.Of(SetHex, 24)),
			}
		},
	}
}
