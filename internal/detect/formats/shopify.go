package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) ShopifyToken() Format {
	return Format{
		ID: "shopify-token", Title: "a Shopify token",
		Matches: "shpat_, shpca_, shppa_ or shpss_ and 32 characters",
		Source:  "https://shopify.dev/docs/apps/build/authentication-authorization",
		Forms: []Form{
			{Anchor: "shpat_", Test: token(ascii.Alnum, 32, 32)},
			{Anchor: "shpca_", Test: token(ascii.Alnum, 32, 32)},
			{Anchor: "shppa_", Test: token(ascii.Alnum, 32, 32)},
			{Anchor: "shpss_", Test: token(ascii.Alnum, 32, 32)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetHex, 32, "shpat_", "shpca_", "shppa_", "shpss_")
		},
	}
}
