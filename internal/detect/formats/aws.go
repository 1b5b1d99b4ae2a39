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
		Matches: "40 characters of base64 under the name of a secret key, or right after an access key id",
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
					"userData", "export AWS_SECRET_ACCESS_KEY='Ab1"+m.Of(SetAlnum, 37)+"'\n",
				),
				False: named(
					"value", "Aa0"+m.Of(SetBase64, 37),
					"accessKey", "AKIA"+m.Of(SetUpper, 16),
					"AWS_SECRET_ACCESS_KEY", "${AWS_SECRET_ACCESS_KEY}",
					"commit", m.Of(SetHex, 40),
					"secretKey", "wJalrXUtnFEMI"+"/K7MDENG/bPxRfiCYEXAMPLEKEY",
				),
			}
		},
	}
}

func (known) AWSSessionToken() Format {
	return Format{
		ID: "aws-session-token", Title: "an AWS session token", ShortLived: true,
		Matches: "the tokens of STS, by their three known beginnings",
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

// accessKeyPair finds the secret key of AWS that stands right after its id. The id alone is no secret.
func accessKeyPair(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	if !boundary(t, i) || ascii.Run(t, body, ascii.Upper|ascii.Digit, 17) != i+20 {
		return 0, 0
	}
	j := i + 20
	for j < len(t) && j < i+28 && strings.IndexByte(" \t\r\n\"',:;|=", t[j]) >= 0 {
		j++
	}
	if j == i+20 {
		return 0, 0
	}
	end = c.Run(j, ascii.Base64, 41)
	if end-j != 40 || !looks.AWSSecretKey(t[j:end]) {
		return 0, 0
	}
	return j, end
}
