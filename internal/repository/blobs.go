package repository

import (
	"context"
	"crypto/sha1" //nolint:gosec // the names of git's objects
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"sync"

	"github.com/progression-labs-development/policypack/internal/git"
)

// store is the object store of git. Git is located on first use, since most checks do not need it.
type store struct {
	hash int // bytes of an object's name
	git  func() (*git.Git, error)
}

// storeOf returns the object store of a checkout, nil without one.
func storeOf(c *checkout) *store {
	s := &store{hash: 20}
	if c != nil {
		s.hash = c.hash
		s.git = sync.OnceValues(func() (*git.Git, error) { return git.New(c.gitDir, c.root) })
	}
	return s
}

// blobs reads objects from git. Each worker has its own.
type blobs struct {
	store   *store
	ctx     context.Context //nolint:containedctx // that of the reading
	objects *git.Objects    // nil before the first is read
	sum     hash.Hash
}

func (s *store) blobs(ctx context.Context) *blobs {
	b := &blobs{store: s, ctx: ctx, sum: sha1.New()} //nolint:gosec // the names of git's objects
	if s.hash == sha256.Size {
		b.sum = sha256.New()
	}
	return b
}

// id returns git's object id for a content.
func (b *blobs) id(c content) (string, error) {
	if c.id != "" {
		return c.id, nil
	}
	b.sum.Reset()
	_, _ = fmt.Fprintf(b.sum, "blob %d\x00", c.size)
	if int64(len(c.data)) == c.size {
		_, _ = b.sum.Write(c.data)
	} else if err := b.file(c.path); err != nil {
		return "", err
	}
	return string(b.sum.Sum(nil)), nil
}

func (b *blobs) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	_, err = io.Copy(b.sum, f)
	return err
}

// same reports whether the content is that of the object.
func (b *blobs) same(c content, id string) bool {
	own, err := b.id(c)
	return err == nil && own == id
}

// read returns the version of the file that git would merge. Errors that do not concern a particular file do not name
// one.
func (b *blobs) read(e entry) (content, error) {
	objects, err := b.open()
	if err != nil {
		return content{}, fmt.Errorf("its content in Git differs from the work tree, and reading it requires git: %w",
			err)
	}
	o, err := objects.Read(hex.EncodeToString([]byte(e.id)), MaxSize)
	switch {
	case errors.Is(err, git.ErrMissing):
		return content{}, errors.New("the content that Git would merge is not in this clone, and policypack does not " +
			"fetch; clone without --filter, or run `git fetch --refetch --no-filter`")
	case err != nil:
		return content{}, err
	}
	return content{data: o.Data, size: o.Size, link: e.mode&modeType == modeLink, id: e.id}, nil
}

func (b *blobs) open() (*git.Objects, error) {
	if b.objects == nil {
		g, err := b.store.git()
		if err != nil {
			return nil, err
		}
		b.objects = g.Objects(b.ctx)
	}
	return b.objects, nil
}

func (b *blobs) close() error { return b.objects.Close() }

// maxTree bounds the size of tree objects.
const maxTree = 64 << 20

// expand lists the files below a folder that a sparse index contains as one entry.
func (b *blobs) expand(folder entry, each func(entry) error) error {
	objects, err := b.open()
	if err != nil {
		return fmt.Errorf("%s is not checked out (sparse checkout), and reading it requires git: %w", folder.name, err)
	}
	tree, err := objects.Read(hex.EncodeToString([]byte(folder.id)), maxTree)
	switch {
	case err != nil:
		return fmt.Errorf("%s is not checked out (sparse checkout): %w", folder.name, err)
	case tree.Type != "tree" || tree.Data == nil:
		return fmt.Errorf("%s: %w", folder.name, errIndex)
	}
	entries, err := parseTree(tree.Data, b.store.hash)
	if err != nil {
		return fmt.Errorf("%s: %w", folder.name, err)
	}
	for _, e := range entries {
		e.name = folder.name + e.name
		if e.mode&modeType == modeFolder {
			e.name += "/"
			err = b.expand(e, each)
		} else {
			err = each(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
