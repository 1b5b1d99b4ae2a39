package bundle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// maxBinary bounds what is unpacked of an archive.
const maxBinary = 256 << 20

// binaryName is the name in bin/ that the launchers look for.
func binaryName(platform string) string {
	name := "bin/pulumi-analyzer-policypack-" + platform
	if strings.HasPrefix(platform, "windows-") {
		name += ".exe"
	}
	return name
}

// binaries lists the files of bin/.
func (o Options) binaries() ([]content, error) {
	if o.From == "" {
		own := runtime.GOOS + "-" + runtime.GOARCH
		for _, p := range o.Platforms {
			if p != own {
				return nil, fmt.Errorf("platform %s: this program is for %s and contains no other binary; pass "+
					"the directory of a release with --from", p, own)
			}
		}
		return []content{binary(own, func() ([]byte, error) { return os.ReadFile(o.Executable) })}, nil
	}
	r, err := openRelease(o.From, o.Made)
	if err != nil {
		return nil, err
	}
	platforms := o.Platforms
	if len(platforms) == 0 {
		platforms = r.platforms()
	}
	var files []content
	for _, p := range slices.Compact(slices.Sorted(slices.Values(platforms))) {
		if _, ok := r.archives[p]; !ok {
			return nil, fmt.Errorf("platform %s: %s has no archive of version %s for it; it has %s", p, o.From, o.Made,
				strings.Join(r.platforms(), ", "))
		}
		files = append(files, binary(p, func() ([]byte, error) { return r.binary(p) }))
	}
	return files, nil
}

func binary(platform string, read func() ([]byte, error)) content {
	return content{
		File: File{Name: binaryName(platform), Executable: true},
		write: func(path string) error {
			data, err := read()
			if err != nil {
				return err
			}
			return os.WriteFile(path, data, 0o755)
		},
	}
}

// release is a directory with the archives of a release and their checksums.
type release struct {
	dir      string
	archives map[string]string // platform to file name
	sums     map[string]string // file name to SHA-256 in hexadecimal digits
}

// openRelease lists the archives policypack-vVERSION-OS-ARCH of one version.
func openRelease(dir, version string) (*release, error) {
	r := &release{dir: dir, archives: map[string]string{}, sums: map[string]string{}}
	list, err := os.ReadFile(filepath.Join(dir, "checksums.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: checksums.txt is missing, which the archives are verified with; download it "+
			"from the release too", dir)
	} else if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		if fields := strings.Fields(line); len(fields) == 2 {
			r.sums[strings.TrimPrefix(fields[1], "*")] = strings.ToLower(fields[0])
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), "policypack-v"+version+"-")
		platform := strings.TrimSuffix(strings.TrimSuffix(rest, ".tar.gz"), ".zip")
		if ok && platform != rest && strings.Count(platform, "-") == 1 {
			r.archives[platform] = e.Name()
		}
	}
	if len(r.archives) == 0 {
		return nil, fmt.Errorf("%s: no policypack-v%s-OS-ARCH.tar.gz or .zip; the archives must have the version "+
			"of this program",
			dir, version)
	}
	return r, nil
}

func (r *release) platforms() []string {
	var out []string
	for p := range r.archives {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

// binary returns the program in the archive of a platform, once the archive's checksum is right.
func (r *release) binary(platform string) ([]byte, error) {
	name := r.archives[platform]
	data, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		return nil, err
	}
	want, ok := r.sums[name]
	if sum := sha256.Sum256(data); !ok {
		return nil, fmt.Errorf("%s is not in checksums.txt; download the release again", name)
	} else if got := hex.EncodeToString(sum[:]); got != want {
		return nil, fmt.Errorf("%s: the SHA-256 is %s, but checksums.txt has %s; download the archive again", name,
			got, want)
	}
	if strings.HasSuffix(name, ".zip") {
		data, err = fromZip(data)
	} else {
		data, err = fromTar(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

var errNoProgram = errors.New("the archive does not contain policypack")

func isProgram(name string) bool {
	base := path.Base(name)
	return base == "policypack" || base == "policypack.exe"
}

func fromTar(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil, errNoProgram
		} else if err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeReg && isProgram(h.Name) {
			return bounded(t)
		}
	}
}

func fromZip(data []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if !f.Mode().IsRegular() || !isProgram(f.Name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close() //nolint:errcheck // nothing was written
		return bounded(r)
	}
	return nil, errNoProgram
}

func bounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBinary+1))
	if err == nil && len(data) > maxBinary {
		return nil, fmt.Errorf("the program in the archive is larger than %d MB", maxBinary>>20)
	}
	return data, err
}
