package software

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// maxRefs is how much is read of a repository's list of branches, in bytes.
const maxRefs = 4 << 20

// commit is what is checked out in a clone.
type commit struct {
	hash   string // 40 hexadecimal digits
	source string // the file that tells
	git    string // the folder with objects/
}

// readHead finds the commit that is checked out in a clone, by git's own files.
func readHead(dir string) (commit, error) {
	own, err := gitFolder(dir)
	if err != nil {
		return commit{}, err
	}
	c := commit{source: filepath.Join(own, "HEAD"), git: own}
	if text, err := head(filepath.Join(own, "commondir"), maxText); err == nil { // of a worktree
		c.git = from(own, strings.TrimSpace(string(text)))
	}
	text, err := head(c.source, maxText)
	if err != nil {
		return commit{}, fmt.Errorf("read the commit: %w", err)
	}
	line := strings.TrimSpace(string(text))
	ref, symbolic := strings.CutPrefix(line, "ref:")
	if !symbolic {
		c.hash = line
	} else if err := c.resolve(own, strings.TrimSpace(ref)); err != nil {
		return commit{}, err
	}
	if !isHash(c.hash) {
		return commit{}, fmt.Errorf("%s names no commit: %.60q", c.source, c.hash)
	}
	return c, nil
}

// gitFolder returns the folder .git, or the one that a file .git names, as in a submodule.
func gitFolder(dir string) (string, error) {
	path := filepath.Join(dir, ".git")
	if files.IsDir(path) {
		return path, nil
	}
	text, err := head(path, maxText)
	if err != nil {
		return "", fmt.Errorf("%s is not a clone", dir)
	}
	to, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir:")
	if !ok {
		return "", fmt.Errorf("%s does not name git's folder", path)
	}
	return from(dir, strings.TrimSpace(to)), nil
}

func from(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// resolve looks up a branch: in a file of its own, else in the list of all.
func (c *commit) resolve(own, ref string) error {
	local := filepath.FromSlash(ref)
	if !strings.HasPrefix(ref, "refs/") || !filepath.IsLocal(local) {
		return fmt.Errorf("%s names no branch: %.60q", c.source, ref)
	}
	for _, dir := range []string{own, c.git} {
		path := filepath.Join(dir, local)
		if text, err := head(path, maxText); err == nil {
			c.hash, c.source = strings.TrimSpace(string(text)), path
			return nil
		}
	}
	list := filepath.Join(c.git, "packed-refs")
	text, err := head(list, maxRefs)
	if err != nil {
		return fmt.Errorf("find the branch %.60q: %w", ref, err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if hash, name, ok := strings.Cut(lines.Text(), " "); ok && name == ref {
			c.hash, c.source = hash, list
			return nil
		}
	}
	return fmt.Errorf("%s does not have the branch %.60q", list, ref)
}

func isHash(text string) bool {
	return regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(text)
}

// day returns the day on which the commit was made, in the time zone of its maker, which is the day
// that git's log shows.
func (c commit) day() (day, source string, err error) {
	objects := filepath.Join(c.git, "objects")
	body, source, err := loose(objects, c.hash)
	if err != nil {
		damaged := err
		body, source, err = packed(objects, c.hash)
		if errors.Is(err, errNotPacked) && !errors.Is(damaged, fs.ErrNotExist) {
			err = damaged
		}
	}
	if err != nil {
		return "", "", fmt.Errorf("read commit %s of %s: %w", c.hash[:7], c.git, err)
	}
	day, err = committed(body)
	return day, source, err
}

// committed reads the line of a commit that says who made it and when:
// "committer A <a@b> 1761000000 +0300".
func committed(body []byte) (string, error) {
	for line := range bytes.Lines(body) {
		if len(line) <= 1 { // the message begins
			break
		}
		m := regexp.MustCompile(`^committer .*> (\d{1,11}) ([+-])(\d\d)(\d\d)\s*$`).FindSubmatch(line)
		if m == nil {
			continue
		}
		seconds, err := strconv.ParseInt(string(m[1]), 10, 64)
		if err != nil {
			return "", err
		}
		hours, _ := strconv.Atoi(string(m[3]))
		minutes, _ := strconv.Atoi(string(m[4]))
		east := (hours*60 + minutes) * 60
		if m[2][0] == '-' {
			east = -east
		}
		when := time.Unix(seconds, 0).In(time.FixedZone("", east))
		if when.Year() < 2005 || when.Year() > 2999 { // git is from 2005
			return "", fmt.Errorf("the commit is said to be of the year %d", when.Year())
		}
		return when.Format(time.DateOnly), nil
	}
	return "", errors.New("the commit does not say when it was made")
}
