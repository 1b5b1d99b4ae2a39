package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

func (known) AnthropicKey() Format {
	return Format{
		ID: "anthropic-key", Title: "an Anthropic API key",
		Matches: "sk-ant- keys of the API, administrators and OAuth",
		Source:  "https://docs.anthropic.com/en/api/getting-started",
		Forms: []Form{
			{Anchor: "sk-ant-", Test: token(ascii.Base64URL, 80, 200)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64URL, 95, "sk-ant"+"-api03-")
		},
	}
}

func (known) GroqKey() Format {
	return Format{
		ID: "groq-key", Title: "a Groq API key",
		Matches: "gsk_ and 52 characters",
		Source:  "https://console.groq.com/docs",
		Forms: []Form{
			{Anchor: "gsk_", Test: token(ascii.Alnum, 52, 52)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetAlnum, 52, "gsk_")
		},
	}
}

func (known) HuggingFaceToken() Format {
	return Format{
		ID: "huggingface-token", Title: "a Hugging Face token",
		Matches: "hf_ and 34 characters",
		Source:  "https://huggingface.co/docs/hub/security-tokens",
		Forms: []Form{
			{Anchor: "hf_", Test: token(ascii.Alnum, 34, 34)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetLower+SetUpper, 34, "hf_")
		},
	}
}

func (known) OpenAIKey() Format {
	return Format{
		ID: "openai-key", Title: "an OpenAI API key",
		Matches: "sk-proj-, sk-svcacct- and sk-admin- keys, and older ones by the marker in the middle",
		Source:  "https://platform.openai.com/docs/api-reference/authentication",
		Forms: []Form{
			{Anchor: "sk-proj-", Test: token(ascii.Base64URL, 40, 300)},
			{Anchor: "sk-svcacct-", Test: token(ascii.Base64URL, 40, 300)},
			{Anchor: "sk-admin-", Test: token(ascii.Base64URL, 40, 300)},
			{Anchor: "T3BlbkFJ", Test: openAI},
		},
		Samples: func(m Maker) Samples {
			return join(m.Tokens(SetAlnum, 120, "sk-"+"proj-", "sk-"+"svcacct-", "sk-"+"admin-"), Samples{
				True:  texts("sk-" + m.Of(SetAlnum, 20) + "T3Blbk" + "FJ" + m.Of(SetAlnum, 20)),
				False: texts("sk-"+"proj-"+m.Of(SetAlnum, 9), m.Of(SetAlnum, 40)+"T3Blbk"+"FJ"),
			})
		},
	}
}

// openAI finds the older keys of OpenAI, which hold their mark in the middle.
func openAI(c *Cursor, i, _ int) (start, end int) {
	start = c.Back(i, ascii.Base64URL, 210)
	end = c.Run(i, ascii.Base64URL, 210)
	if !strings.HasPrefix(c.Text[start:], "sk-") || i-start < 20 || end-i < 28 {
		return 0, 0
	}
	return start, end
}
