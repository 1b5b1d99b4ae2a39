package bench

import (
	"bytes"
	"crypto/sha1" // git names its objects by it
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// repositoryTree writes a repository of that many files and about that many bytes below dir, as a company's monorepo is
// made: sources in several languages, manifests, documentation, workflows, scripts, lock files, some images. All are
// tracked. It returns how many of the files hold a secret.
func repositoryTree(dir string, files int, size int64) (planted int, err error) {
	r := rand.New(rand.NewPCG(7, 11))
	pools := map[string]string{}
	for _, l := range languages {
		pools[l.ext] = l.pool(r, 1<<20)
	}
	mean := int(size / int64(files))
	all := make([]file, 0, files)
	for i := range files {
		l := languages[pick(r)]
		f := file{ext: l.ext, size: min(int(float64(mean)*0.5*r.ExpFloat64())+mean/2, 1<<19)}
		f.name = fmt.Sprintf("services/%s/%s/%s_%d.%s", words[i%len(words)], words[i/7%len(words)],
			words[i/3%len(words)], i, l.ext)
		if i%1000 == 500 && l.ext != "png" && l.ext != "lock" {
			planted++
			f.secret = "\ntoken = \"ghp" + "_" + letters(r, 36) + "\"\n"
		}
		f.from = r.IntN(len(pools[l.ext]) - f.size)
		all = append(all, f)
	}
	names := make([]string, 0, files)
	made := map[string]bool{}
	for i := range all {
		names = append(names, all[i].name)
		if d := filepath.Join(dir, filepath.Dir(all[i].name)); !made[d] {
			made[d] = true
			if err := os.MkdirAll(d, 0o755); err != nil {
				return 0, err
			}
		}
	}
	var group sync.WaitGroup
	errs := make(chan error, runtime.GOMAXPROCS(0))
	for w := range cap(errs) {
		group.Go(func() {
			for i := w; i < len(all); i += cap(errs) {
				f := &all[i]
				text := pools[f.ext][f.from : f.from+f.size]
				if f.ext != "png" { // whole lines
					text = text[strings.IndexByte(text, '\n')+1:]
				}
				if err := os.WriteFile(filepath.Join(dir, f.name), []byte(f.header()+text+f.secret),
					0o644); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	group.Wait()
	select {
	case err := <-errs:
		return 0, err
	default:
	}
	return planted, writeIndex(dir, names)
}

// file is one that is to be written: a part of its language's pool.
type file struct {
	name, ext  string
	from, size int
	secret     string
}

// header is what a file of the extension begins with.
func (f file) header() string {
	if f.ext == "png" {
		return "\x89PNG\r\n\x1a\n\x00\x00"
	}
	return ""
}

// writeIndex writes git's index of the files, by their true object ids and with no objects behind it: nothing reads
// one.
func writeIndex(dir string, names []string) error {
	git := filepath.Join(dir, ".git")
	if err := os.MkdirAll(git, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(git, "HEAD"), []byte("ref: refs/heads/main\n"), 0o644); err != nil {
		return err
	}
	slices.Sort(names)
	var b bytes.Buffer
	b.WriteString("DIRC")
	b.Write(binary.BigEndian.AppendUint32(nil, 2))
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(names))))
	for _, name := range names {
		start := b.Len()
		b.Write(make([]byte, 24))
		b.Write(binary.BigEndian.AppendUint32(nil, 0o100644))
		b.Write(make([]byte, 12))
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		id := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(text)), text...))
		b.Write(id[:])
		b.Write(binary.BigEndian.AppendUint16(nil, uint16(min(len(name), 0xfff))))
		b.WriteString(name)
		b.Write(make([]byte, 8-(b.Len()-start)%8))
	}
	b.Write(make([]byte, 20))
	return os.WriteFile(filepath.Join(git, "index"), b.Bytes(), 0o644)
}

// language is how files of an extension are made: lines with words, names and numbers put in.
type language struct {
	ext    string
	weight int
	lines  []string // %w is a word, %n a number, %h a hash
}

var languages = []language{
	{"go", 22, []string{
		"package %w\n", "import (\n\t\"context\"\n\t\"github.com/acme/%w/%w\"\n)\n",
		"// %w returns the %w of a %w, or nothing where there is none.\n",
		"func (s *%w) %w(ctx context.Context, id string) (*%w, error) {\n",
		"\tif err := s.%w.%w(ctx, id); err != nil {\n\t\treturn nil, fmt.Errorf(\"%w: %%w\", err)\n\t}\n",
		"\t%w := make(map[string]int, %n)\n", "\tfor i := range %n {\n\t\t%w[i] += %w.%w\n\t}\n", "}\n\n",
		"\tlog.Printf(\"%w %w %%d\", %w)\n", "\ttokens := strings.Fields(%w)\n",
	}},
	{"ts", 20, []string{
		"import { %w, %w } from '@acme/%w';\n", "export interface %w {\n  %w: string;\n  %w?: number;\n}\n",
		"  const %w = await this.%w.%w({ id: '%w', limit: %n });\n",
		"  return %w.map((%w) => %w.%w).filter(Boolean);\n", "}\n\n", "  // %w %w the %w of %w\n",
		"  if (!%w || %w.length > %n) {\n    throw new Error(`%w ${%w} not found`);\n  }\n",
		"  <div className=\"%w-%w\" onClick={() => set%w(%n)}>{%w}</div>\n", "  password: z.string().min(%n),\n",
	}},
	{"py", 12, []string{
		"import %w\nfrom %w.%w import %w\n", "def %w(%w, %w=None):\n    \"\"\"Returns the %w of %w.\"\"\"\n",
		"    %w = [%w for %w in %w if %w > %n]\n",
		"    raise ValueError(f\"%w {%w} %w\")\n", "class %w(%w):\n", "    self.%w = %w.get('%w', %n)\n", "\n\n",
		"    assert %w == '%w'\n",
	}},
	{"java", 8, []string{
		"import com.acme.%w.%w;\n", "    private final %w %w;\n", "    public %w %w(final String %w) {\n        " +
			"return this.%w.%w(%w);\n    }\n\n", "    /** The %w of the %w. */\n",
		"        if (%w == null) {\n            throw new IllegalStateException(\"%w %w\");\n        }\n",
	}},
	{"yaml", 12, []string{
		"apiVersion: v1\nkind: %w\nmetadata:\n  name: %w-%w\n", "spec:\n  replicas: %n\n  %w: %w\n",
		"    - name: %w\n      image: registry.example.com/%w/%w:%n\n",
		"      env:\n        - name: %w\n          value: \"%w\"\n", "  secretName: %w-%w\n", "# %w %w\n",
	}},
	{"json", 8, []string{"  {\"id\": %n, \"name\": \"%w %w\", \"hash\": \"%h\", \"%w\": [\"%w\", \"%w\"], \"url\": " +
		"\"https://%w.example.com/%w?id=%n\"},\n"}},
	{"md", 6, []string{
		"# %w %w\n\n", "The %w of a %w is the %w that %w, see [%w](https://example.com/%w/%n).\n", "- `%w` %w the %w\n",
		"```sh\nmake %w\nexport %w=%n\n```\n",
	}},
	{"tf", 3, []string{"resource \"aws_%w\" \"%w\" {\n  name = \"%w-%w\"\n  size = %n\n}\n\n", "variable \"%w\" {\n  " +
		"type = string\n}\n"}},
	{
		"sh", 3,
		[]string{
			"set -euo pipefail\n", "%w() {\n  echo \"%w $1\"\n  %w --%w=%n \"$%w\" | grep %w\n}\n",
			"aws s3 cp s3://%w/%w .\n", "if [ -z \"${%w:-}\" ]; then exit %n; fi\n",
		},
	},
	{"css", 3, []string{".%w-%w {\n  margin: %npx;\n  color: #%h;\n}\n"}},
	{"lock", 2, []string{"\"%w@^%n\":\n  version \"%n\"\n  resolved " +
		"\"https://registry.yarnpkg.com/%w/-/%w-%n.tgz#%h\"\n  integrity sha512-%h%h==\n"}},
	{"png", 1, []string{"%h%h%h%h\x00"}},
}

var words = strings.Fields(`order customer invoice payment shipment basket product price stock supplier warehouse address session
	request response handler service client server worker queue topic message event stream batch record index cache store policy
	rule check report account profile user team project region zone network volume image cluster node secret token password key
	config option flag limit offset cursor page filter query search result total count first last next previous value`)

// pool makes a text of a language.
func (l language) pool(r *rand.Rand, size int) string {
	var b strings.Builder
	for b.Len() < size {
		line := l.lines[r.IntN(len(l.lines))]
		for i := 0; i < len(line); i++ {
			if line[i] != '%' || i+1 == len(line) {
				b.WriteByte(line[i])
				continue
			}
			switch i++; line[i] {
			case 'w':
				w := words[r.IntN(len(words))]
				if r.IntN(3) == 0 {
					second := words[r.IntN(len(words))]
					w += strings.ToUpper(second[:1]) + second[1:]
				}
				b.WriteString(w)
			case 'n':
				fmt.Fprint(&b, r.IntN(5000))
			case 'h':
				fmt.Fprintf(&b, "%016x%016x", r.Uint64(), r.Uint64())
			default:
				b.WriteByte(line[i])
			}
		}
	}
	return b.String()
}

// pick chooses a language by its weight.
func pick(r *rand.Rand) int {
	total := 0
	for _, l := range languages {
		total += l.weight
	}
	n := r.IntN(total)
	for i, l := range languages {
		if n -= l.weight; n < 0 {
			return i
		}
	}
	return 0
}

func letters(r *rand.Rand, n int) string {
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, n)
	for i := range b {
		b[i] = set[r.IntN(len(set))]
	}
	return string(b)
}
