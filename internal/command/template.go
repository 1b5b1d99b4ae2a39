package command

import "strings"

// DotenvTemplate reports whether a path is that of a template for a .env file, which contains no values according to
// its name: .env.example, example.env, env.sample, .env-template. Encrypted files are not templates.
func DotenvTemplate(path string) bool {
	path = strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
	env, template := false, false
	for i, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		switch part {
		case "env", "dotenv":
			env = env || i == 0 || strings.HasSuffix(path, ".env") || strings.Contains(path, ".env.")
		case "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "schema", "defaults":
			template = true
		case "vault", "encrypted", "enc", "process":
			return false
		}
	}
	if ext := path[strings.LastIndexByte(path, '.')+1:]; !strings.HasPrefix(path, ".env") && !valueless(ext) &&
		ext != "env" {
		return false // template-env.ts is a program
	}
	return env && template
}
