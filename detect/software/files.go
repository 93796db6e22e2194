package software

import (
	"bytes"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// What is read of a folder that may be hostile.
const (
	maxNames = 10_000   // entries of a folder; a full site-packages has some 1,500
	maxText  = 64 << 10 // bytes of a text; of a longer one the beginning counts
)

// head returns the first bytes of a regular file.
func head(path string, limit int64) ([]byte, error) {
	f, _, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), err
}

// names lists a folder, sorted; complete says whether these are all.
func names(dir string) (list []string, complete bool) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	list, err = f.Readdirnames(maxNames)
	if err == nil {
		_, err = f.Readdirnames(1)
	}
	slices.Sort(list)
	return list, errors.Is(err, io.EOF)
}

// isVersion reports whether a text looks like a version of Python's world. Nothing else gets out of
// this package, so that no file can put escape sequences into a report.
func isVersion(text string) bool {
	return len(text) <= 64 && regexp.MustCompile(`^\d[\w.+!-]*$`).MatchString(text)
}
