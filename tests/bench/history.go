package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// history writes a repository with that many commits below dir, as a team makes them: each changes some lines of a few
// files, or adds one; some come from branches that are merged. The files are those of [repositoryTree]. Every hundredth
// commit adds a secret that the next one removes: planted is how many there are.
func history(dir string, commits int) (planted int, err error) {
	r := rand.New(rand.NewPCG(11, 7))
	pools := map[string][]string{}
	for _, l := range languages {
		pools[l.ext] = strings.SplitAfter(l.pool(r, 1<<19), "\n")
	}
	if err := git(dir, nil, "init", "--quiet", "--initial-branch=main"); err != nil {
		return 0, err
	}
	in, out := io.Pipe()
	made := make(chan error, 1)
	go func() { made <- git(dir, in, "fast-import", "--quiet", "--max-pack-size=0") }()
	w := bufio.NewWriterSize(out, 1<<20)
	put := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) } // Flush says what is wrong
	var files []*source
	leaking := -1
	merged := map[int]bool{} // what the branch has touched
	for n := 1; n <= commits; n++ {
		branch := "main"
		if n%20 >= 15 { // five commits of a branch, which then is merged
			branch = "side"
		}
		put("commit refs/heads/%s\nmark :%d\ncommitter t <t@example.com> %d +0000\ndata 6\ncommit\n", branch, n,
			1_700_000_000+60*n)
		switch n % 20 {
		case 15:
			put("from :%d\n", n-1)
		case 0:
			put("merge :%d\n", n-1)
		}
		touched := map[int]bool{}
		if n%20 == 0 {
			touched, merged = merged, map[int]bool{}
		}
		for range 1 + r.IntN(3) {
			i := len(files)
			if n > 20 && r.IntN(4) > 0 {
				i = r.IntN(len(files))
			} else {
				files = append(files, newSource(r, pools, i))
			}
			touched[i] = true
			files[i].edit(r, pools)
		}
		if leaking >= 0 {
			touched[leaking], files[leaking].secret, leaking = true, "", -1
		}
		if n%100 == 50 {
			leaking = r.IntN(len(files))
			files[leaking].secret = "\ntoken = \"ghp" + "_" + letters(r, 36) + "\"\n"
			touched[leaking] = true
			planted++
		}
		for i := range files {
			if touched[i] {
				if branch == "side" {
					merged[i] = true
				}
				text := files[i].text()
				put("M 100644 inline %s\ndata %d\n%s\n", files[i].name, len(text), text)
			}
		}
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	if err := out.Close(); err != nil {
		return 0, err
	}
	if err := <-made; err != nil {
		return 0, err
	}
	for _, args := range [][]string{{"gc", "--quiet"}, {"reset", "--quiet", "--hard", "main"}} {
		if err := git(dir, nil, args...); err != nil {
			return 0, err
		}
	}
	return planted, nil
}

// source is a file of a history.
type source struct {
	name, ext, secret string
	lines             []string
}

func newSource(r *rand.Rand, pools map[string][]string, n int) *source {
	l := languages[pick(r)]
	for l.ext == "png" {
		l = languages[pick(r)]
	}
	s := &source{ext: l.ext, name: fmt.Sprintf("services/%s/%s/%s_%d.%s", words[n%len(words)],
		words[n/7%len(words)], words[n/3%len(words)], n, l.ext)}
	pool := pools[l.ext]
	size := 20 + int(150*r.ExpFloat64())
	from := r.IntN(max(1, len(pool)-size))
	s.lines = append(s.lines, pool[from:min(from+size, len(pool))]...)
	return s
}

// edit replaces some lines.
func (s *source) edit(r *rand.Rand, pools map[string][]string) {
	pool := pools[s.ext]
	at, n := r.IntN(len(s.lines)), 1+r.IntN(12)
	from := r.IntN(len(pool) - n)
	after := s.lines[min(len(s.lines), at+r.IntN(n)):]
	s.lines = append(append(append([]string{}, s.lines[:at]...), pool[from:from+n]...), after...)
}

func (s *source) text() string { return strings.Join(s.lines, "") + s.secret }

// git runs git in a folder without any configuration.
func git(dir string, in io.Reader, args ...string) error {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = dir, in
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "HOME="+filepath.Dir(dir))
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, &said)
	}
	return nil
}
