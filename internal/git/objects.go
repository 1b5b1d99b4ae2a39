package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// ErrMissing reports that an object is not in the repository: shallow and partial clones lack some, and they are not
// fetched.
var ErrMissing = errors.New("the object is not in this clone")

// Object is an object of a repository.
type Object struct {
	Type string // blob, tree, commit or tag
	Size int64
	Data []byte // nil where it is larger than was asked for
}

// Objects reads the objects of a repository, one after another, with a git process that starts with the first one and
// keeps running until Close. It is not safe for concurrent use.
type Objects struct {
	git *Git
	ctx context.Context //nolint:containedctx // that of the process, which outlives each call

	cmd    *exec.Cmd // nil where none runs
	in     io.WriteCloser
	out    *bufio.Reader
	errors said
}

// Objects returns a reader of the repository's objects. The context ends its process.
func (g *Git) Objects(ctx context.Context) *Objects { return &Objects{git: g, ctx: ctx} }

// Read returns an object by its id, in hexadecimal digits. The data of one that is larger than limit is not read.
func (o *Objects) Read(id string, limit int64) (Object, error) {
	object, err := o.ask(id)
	if err != nil {
		return Object{}, err
	}
	if object.Size > limit {
		return object, o.stop() // what is left of it would have to be read
	}
	object.Data = make([]byte, object.Size)
	if _, err := io.ReadFull(o.out, object.Data); err != nil {
		return Object{}, o.broken(err)
	}
	return object, o.end()
}

// ask asks for an object and reads what stands before its data: <id> <type> <size>.
func (o *Objects) ask(id string) (Object, error) {
	if !hexadecimal(id) {
		return Object{}, fmt.Errorf("git: %q is not the id of an object", id)
	}
	if err := o.start(); err != nil {
		return Object{}, err
	}
	if _, err := io.WriteString(o.in, id+"\n"); err != nil {
		return Object{}, o.broken(err)
	}
	line, err := o.out.ReadString('\n')
	if err != nil {
		return Object{}, o.broken(err)
	}
	words := strings.Fields(line)
	if len(words) == 2 && words[1] == "missing" {
		return Object{}, ErrMissing
	}
	if len(words) == 3 && words[0] == id {
		if size, err := strconv.ParseInt(words[2], 10, 64); err == nil && size >= 0 {
			return Object{Type: words[1], Size: size}, nil
		}
	}
	return Object{}, o.broken(errors.New("unexpected output"))
}

// hexadecimal keeps out what git would resolve: the name of a branch, an abbreviation, a path of the index.
func hexadecimal(id string) bool {
	if len(id) != 40 && len(id) != 64 {
		return false
	}
	return strings.Trim(id, "0123456789abcdef") == ""
}

// end reads the end of the line after the data.
func (o *Objects) end() error {
	if c, err := o.out.ReadByte(); err != nil || c != '\n' {
		return o.broken(errors.New("unexpected output"))
	}
	return nil
}

func (o *Objects) start() error {
	if o.cmd != nil {
		return nil
	}
	cmd := o.git.Command(o.ctx, "cat-file", "--batch")
	o.errors = said{}
	cmd.Stderr = &o.errors
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("git: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("git: %w", err)
	}
	o.cmd, o.in = cmd, in
	if o.out == nil {
		o.out = bufio.NewReaderSize(nil, 64<<10)
	}
	o.out.Reset(out)
	return nil
}

// broken ends the process and says why it could not answer: by what it wrote last, where it did.
func (o *Objects) broken(cause error) error {
	err := o.stop()
	if o.ctx.Err() != nil {
		return o.ctx.Err()
	}
	if o.errors.promised() {
		return ErrMissing
	}
	if text := o.errors.first(); text != "" {
		return errors.New("git cat-file: " + text)
	}
	return fmt.Errorf("git cat-file: %w", errors.Join(cause, err))
}

// stop ends the process, in the middle of an answer too. The next call starts another.
func (o *Objects) stop() error {
	if o.cmd == nil {
		return nil
	}
	_ = o.in.Close()
	_ = o.cmd.Process.Kill()
	err := o.cmd.Wait()
	o.cmd = nil
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return nil // it was killed, or has said what is wrong
	}
	return err
}

// Close ends the process.
func (o *Objects) Close() error {
	if o == nil {
		return nil
	}
	return o.stop()
}
