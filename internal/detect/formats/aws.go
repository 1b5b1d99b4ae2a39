package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) AWSBedrockKey() Format {
	return Format{
		ID: "aws-bedrock-key", Title: "an Amazon Bedrock API key",
		Matches: "ABSK and 109 to 269 characters of base64",
		Source:  "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
		Forms: []Form{
			{Anchor: "ABSK", Test: token(ascii.Base64, 109, 269)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64, 128, "ABSK")
		},
	}
}

func (known) AWSSecretKey() Format {
	return Format{
		ID: "aws-secret-key", Title: "an AWS secret access key", Cloud: "aws",
		Matches: "40 characters of base64 under the name of a secret key, or beside an access key id",
		Source:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
		Forms: []Form{
			{Anchor: "AKIA", Test: accessKeyPair},
			{Anchor: "ASIA", Test: accessKeyPair},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: named(
					"AWS_SECRET_ACCESS_KEY", m.Of(SetAlnum, 38)+"/9",
					"aws:secretKey", "Aa0"+m.Of(SetAlnum, 37),
					"value", "AKIA"+m.Of(SetUpper, 16)+":"+"Aa0"+m.Of(SetBase64, 37),
					"value", "ASIA"+m.Of(SetUpper, 16)+"\n"+"Aa0"+m.Of(SetBase64, 37),
					"value", "- Key: `AKIA"+m.Of(SetUpper, 16)+"`\n- Secret: `"+"Aa0"+m.Of(SetAlnum, 37)+"`",
					"value", "id,key\njane,AKIA"+m.Of(SetUpper, 16)+",Aa0"+m.Of(SetAlnum, 37)+"\n",
					"value", "k = "+"Aa0"+m.Of(SetAlnum, 37)+"\nid = AKIA"+m.Of(SetUpper, 16),
					"value", `id = AKIA`+m.Of(SetUpper, 16)+`\nkey = \nAa0`+m.Of(SetAlnum, 37)+`\n`,
					"userData", "export AWS_SECRET_ACCESS_KEY='Ab1"+m.Of(SetAlnum, 37)+"'\n",
				),
				False: named(
					"value", "Aa0"+m.Of(SetBase64, 37),
					"accessKey", "AKIA"+m.Of(SetUpper, 16),
					"AWS_SECRET_ACCESS_KEY", "${AWS_SECRET_ACCESS_KEY}",
					"commit", m.Of(SetHex, 40),
					"value", "AKIA"+m.Of(SetUpper, 16)+" commit "+m.Of(SetHex, 40),
					"value", "AKIA"+m.Of(SetUpper, 16)+" in a/b9/Internal/services/config/orders/Main",
					"value", "AKIA"+m.Of(SetUpper, 9)+"EXAMPLE: Aa0"+m.Of(SetAlnum, 37),
					"value", "AKIA"+m.Of(SetUpper, 16)+strings.Repeat("-", 200)+" Aa0"+m.Of(SetAlnum, 37),
					"secretKey", "wJalrXUtnFEMI"+"/K7MDENG/bPxRfiCYEXAMPLEKEY",
				),
			}
		},
	}
}

func (known) AWSSessionToken() Format {
	return Format{
		ID: "aws-session-token", Title: "an AWS session token", ShortLived: true,
		Matches: "tokens of STS, by their three known prefixes",
		Source:  "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html",
		Forms: []Form{
			{Anchor: "IQoJb3JpZ2luX2Vj", Test: token(ascii.Base64|ascii.Dash, 80, 8192)},
			{Anchor: "FwoGZXIvYXdzE", Test: token(ascii.Base64|ascii.Dash, 80, 8192)},
			{Anchor: "FQoGZXIvYXdzE", Test: token(ascii.Base64|ascii.Dash, 80, 8192)},
		},
		Samples: func(m Maker) Samples {
			return m.Tokens(SetBase64, 400, "IQoJb3JpZ2lu"+"X2Vj", "FwoGZXIvYXdzE", "FQoGZXIvYXdzE")
		},
	}
}

// near is the maximum distance of a secret key from its id: in the next column, on the next line, below a heading.
const near = 160

// accessKeyPair finds an AWS secret access key beside its id, in any notation: after it or, failing that, before it.
// The id alone is not a secret.
func accessKeyPair(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	id := i + 20
	if !boundary(t, i) || ascii.Run(t, body, ascii.Upper|ascii.Digit, 17) != id ||
		strings.HasSuffix(t[:id], "EXAMPLE") {
		return 0, 0
	}
	after, before := t[id:min(len(t), id+near)], t[max(0, i-near):i]
	if next := strings.Index(after, t[i:body]); next >= 0 { // the next pair
		after = after[:next]
	}
	c.Work += len(after) + len(before)
	if start, end = secretKeyIn(t, id, id+len(after)); end == 0 {
		start, end = secretKeyIn(t, i-len(before), i)
	}
	return start, end
}

// secretKeyIn returns the first AWS secret access key in the text that begins between from and to.
func secretKeyIn(t string, from, to int) (start, end int) {
	for i := from; i < to; {
		j := ascii.Run(t, i, ascii.Base64, to-i+40)
		if i > 1 && i < j && t[i-1] == '\\' && strings.IndexByte("nrt", t[i]) >= 0 { // an escape
			i++
		}
		if j-i == 40 && looks.AWSSecretKey(t[i:j]) && !looks.Path("/"+t[i:j]) && looks.MachineMade(t[i:j]) {
			return i, j
		}
		i = j + 1
	}
	return 0, 0
}
