package install

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

const (
	// unfinished is how directories begin that an install is filling. The engine does not take such a name for a
	// plugin, and unlike KIND-NAME-vVERSION.tmpN its own installs do not sweep it away.
	unfinished = ".policypack-"
	// abandoned is the age at which an unfinished directory belongs to an install that was killed.
	abandoned = time.Hour
)

// put makes dir a plugin whose executable has the contents of the source. What is there already stays; a file that
// differs is replaced in one step, so that an engine finds either.
func put(dir, file, source string) (What, error) {
	unlock, err := lockedfile.MutexAt(dir + ".lock").Lock()
	if err != nil {
		return "", err
	}
	defer unlock()
	path := filepath.Join(dir, file)
	_, err = os.Stat(dir + ".partial")
	partial := !errors.Is(err, fs.ErrNotExist)
	info, err := os.Lstat(dir)
	exists := err == nil
	whole := exists && !partial && info.IsDir() // a link is no plugin to the engine, and what it leads to is not ours
	switch {
	case whole && same(path, source):
		return Present, nil
	case whole:
		if err := replace(path, source); err != nil {
			return "", err
		}
		only(dir, file)
		return Repaired, nil
	case exists:
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	if err := create(dir, file, source); err != nil {
		return "", err
	}
	if partial {
		return Repaired, os.Remove(dir + ".partial")
	}
	if exists {
		return Repaired, nil
	}
	return Installed, nil
}

// create fills a directory that the engine does not see, and gives it its name when it is complete.
func create(dir, file, source string) error {
	temporary, err := os.MkdirTemp(filepath.Dir(dir), unfinished)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) //nolint:errcheck // gone if all went well; else the next install cleans it up
	if err := duplicate(filepath.Join(temporary, file), source); err != nil {
		return err
	}
	return os.Rename(temporary, dir)
}

// replace puts the executable in the place of a file, which may be running.
func replace(path, source string) error {
	temporary, err := os.MkdirTemp(filepath.Dir(filepath.Dir(path)), unfinished)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary) //nolint:errcheck // holds nothing if all went well
	whole := filepath.Join(temporary, filepath.Base(path))
	if err := duplicate(whole, source); err != nil {
		return err
	}
	if err := os.Rename(whole, path); err != nil {
		return fmt.Errorf("%w; a preview may still be running it; wait for it to finish and try again", err)
	}
	return nil
}

// only removes what lies beside the executable of a plugin that was not ours, such as a second program. What cannot be
// removed does no harm.
func only(dir, file string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.Name() != file {
			_ = os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}

// duplicate makes path a copy of the executable and no link, since the user's own file may be written over.
func duplicate(path, source string) (err error) {
	from, err := os.Open(source)
	if err != nil {
		return err
	}
	defer from.Close()                                                     //nolint:errcheck // only read
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755) //nolint:gosec // an executable
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	if err := to.Chmod(0o755); err != nil && runtime.GOOS != "windows" { // whatever the umask
		return err
	}
	return to.Sync()
}

// same tells whether path is an executable with the contents of source.
func same(path, source string) bool {
	a, err := os.Stat(path)
	if err != nil || !a.Mode().IsRegular() || (a.Mode()&0o100 == 0 && runtime.GOOS != "windows") {
		return false
	}
	b, err := os.Stat(source)
	if err != nil || a.Size() != b.Size() {
		return false
	}
	return os.SameFile(a, b) || equal(path, source)
}

func equal(a, b string) bool {
	x, err := os.Open(a)
	if err != nil {
		return false
	}
	defer x.Close() //nolint:errcheck // only read
	y, err := os.Open(b)
	if err != nil {
		return false
	}
	defer y.Close() //nolint:errcheck // only read
	p, q := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, errP := io.ReadFull(x, p)
		m, errQ := io.ReadFull(y, q)
		switch {
		case !bytes.Equal(p[:n], q[:m]):
			return false
		case errP != nil || errQ != nil:
			return ended(errP) && ended(errQ)
		}
	}
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// remove takes a version away, and what the engine keeps beside it.
func remove(root string, v found) Change {
	dir := filepath.Join(root, v.dir)
	c := Change{What: Removed, Dir: dir}
	unlock, err := lockedfile.MutexAt(dir + ".lock").Lock()
	if err != nil {
		c.Err = err
		return c
	}
	// From here on the engine sees no plugin, not even half of one.
	err = os.WriteFile(dir+".partial", nil, 0o600)
	if err == nil {
		err = os.RemoveAll(dir)
	}
	if err == nil {
		err = errors.Join(absent(dir+".lastused"), absent(dir+".partial"))
	}
	unlock()
	c.Err = errors.Join(err, absent(dir+".lock"))
	return c
}

func absent(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// clean removes what installs have left that were killed. What cannot be removed stays for the next one.
func clean(root string) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), unfinished) && time.Since(info.ModTime()) > abandoned {
			_ = os.RemoveAll(filepath.Join(root, e.Name()))
		}
	}
}
