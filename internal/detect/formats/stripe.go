package formats

import "github.com/progression-labs-development/policypack/internal/detect/ascii"

func (known) StripeKey() Format {
	return Format{
		ID: "stripe-key", Title: "a Stripe secret key",
		Matches: "sk_ and rk_ keys, live and test; publishable keys (pk_) are public",
		Source:  "https://docs.stripe.com/keys",
		Forms: []Form{
			{Anchor: "sk_live_", Test: token(ascii.Alnum, 16, 255)},
			{Anchor: "rk_live_", Test: token(ascii.Alnum, 16, 255)},
			{Anchor: "sk_test_", Test: token(ascii.Alnum, 16, 255)},
			{Anchor: "rk_test_", Test: token(ascii.Alnum, 16, 255)},
		},
		Samples: func(m Maker) Samples {
			return join(m.Tokens(SetAlnum, 24, "sk_"+"live_", "sk_"+"test_", "rk_"+"live_", "rk_"+"test_"), Samples{
				True:  texts("rk_" + "test_" + m.Of(SetAlnum, 99)),
				False: texts("pk_" + "live_" + m.Of(SetAlnum, 24)),
			})
		},
	}
}

func (known) StripeWebhookSecret() Format {
	return Format{
		ID: "stripe-webhook-secret", Title: "a Stripe webhook secret",
		Matches: "whsec_ and 32 characters or more",
		Source:  "https://docs.stripe.com/webhooks",
		Forms: []Form{
			{Anchor: "whsec_", Test: token(ascii.Base64, 32, 64)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 32, "whsec_")
		},
	}
}
