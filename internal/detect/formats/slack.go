package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) SlackToken() Format {
	return Format{
		ID: "slack-token", Title: "a Slack token",
		Matches: "xoxb-, xoxp-, xoxa-, xoxr-, xoxs-, xoxe- and xapp- tokens",
		Source:  "https://docs.slack.dev/authentication/tokens",
		Forms: []Form{
			{Anchor: "xox", Test: slackToken},
			{Anchor: "xapp-", Test: token(ascii.Base64URL, 40, 200)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					"xox"+"b-123456789012-1234567890123-"+m.Of(SetAlnum, 24),
					"xapp"+"-1-A"+m.Of(SetUpper+SetDigits, 10)+"-1234567890123-"+m.Of(SetHex, 64),
				),
				False: texts("xox"+"b-token", "xox"+"b-your-token-goes-here-please"),
			}
		},
	}
}

func (known) SlackWebhook() Format {
	return Format{
		ID: "slack-webhook", Title: "a Slack webhook URL",
		Matches: "the path of a webhook, workflow or trigger URL",
		Source:  "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks",
		Forms: []Form{
			{Anchor: "hooks.slack.com/", Test: webhook(40)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					"https://hooks.slack.com/services/T" + m.Of(SetUpper+SetDigits, 10) + "/B" +
						m.Of(SetUpper+SetDigits, 10) + "/" + m.Of(SetAlnum, 24),
				),
				False: texts(
					"https://hooks.slack.com/services/",
					"https://hooks.slack.com/services/T00000000/B00000000/"+strings.Repeat("X", 24),
				),
			}
		},
	}
}

// slackToken wants a digit or letter group after each dash, and one at least that is random.
func slackToken(c *Cursor, i, _ int) (start, end int) {
	t := c.Text
	if !boundary(t, i) || i+5 > len(t) || strings.IndexByte("abeprsoc", t[i+3]) < 0 {
		return 0, 0
	}
	j := i + 4
	if t[j] == '.' {
		j++
	}
	if j >= len(t) || t[j] != '-' {
		return 0, 0
	}
	end = c.Run(j, ascii.Alnum|ascii.Dash, 256)
	groups := t[j:end]
	h := ascii.ShapeOf(groups)
	if len(groups) < 20 || h.Digit < 6 || !looks.Varied(groups) {
		return 0, 0
	}
	return i, end
}
