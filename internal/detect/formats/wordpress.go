package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

func (known) WordPressSalt() Format {
	return Format{
		ID: "wordpress-salt", Title: "a WordPress key or salt", Since: "0.2.0",
		Matches: "the eight keys and salts of wp-config.php: random characters in quotes, 64 if WordPress generated " +
			"them",
		Source: "https://developer.wordpress.org/advanced-administration/wordpress/wp-config/",
		Forms: []Form{
			{Anchor: "AUTH_KEY", Test: salt}, // SECURE_AUTH_KEY too
			{Anchor: "LOGGED_IN_KEY", Test: salt},
			{Anchor: "NONCE_KEY", Test: salt},
			{Anchor: "AUTH_SALT", Test: salt},
			{Anchor: "LOGGED_IN_SALT", Test: salt},
			{Anchor: "NONCE_SALT", Test: salt},
		},
		Samples: func(m Maker) Samples {
			s := func() string { return "a B9" + m.Of(SetAlnum+"!@#$%^&*()-_ []{}<>~`+=,.;:/?|", 60) }
			return Samples{
				True: texts(
					"define('AUTH_KEY', '"+s()+"');", "define( 'SECURE_AUTH_KEY',  '"+s()+"' );",
					"LOGGED_IN_KEY='"+s()+"'", "define('NONCE_KEY', \""+s()+"\");", "define('AUTH_SALT', '"+s()+"');",
					"define('LOGGED_IN_SALT', '"+s()+"');", "'NONCE_SALT' => '"+s()+"',",
				),
				False: texts(
					"define('AUTH_KEY', 'put your unique phrase here');", "define('AUTH_KEY', getenv('AUTH_KEY'));",
					"define('AUTH_SALT', '${AUTH_SALT}')", "define('NONCE_SALT', '"+strings.Repeat("x", 64)+"');",
					"AUTH_KEY='"+m.Of(SetHex, 20)+"'",
				),
			}
		},
	}
}

// salt finds the characters that are defined for the name before body. WordPress generates 64; people and other tools
// use more or fewer.
func salt(c *Cursor, _, body int) (start, end int) {
	t := c.Text
	i := body
	for i < len(t) && i-body < 24 && strings.IndexByte("\"' \t,=>:", t[i]) >= 0 {
		i++
	}
	if i == body || t[i-1] != '\'' && t[i-1] != '"' {
		return 0, 0
	}
	n := strings.IndexByte(t[i:min(len(t), i+130)], t[i-1])
	c.Work += i - body + max(0, n)
	if n < 32 {
		return 0, 0
	}
	h := ascii.ShapeOf(t[i : i+n])
	if h.Distinct < 24 || h.Digit == 0 || h.Lower < 4 || h.Upper < 4 || strings.IndexByte(t[i:i+n], '\n') >= 0 {
		return 0, 0
	}
	return i, i + n
}
