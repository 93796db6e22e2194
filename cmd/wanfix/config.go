package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tidwall/gjson"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/workflows"
)

const (
	// configName is the file in which a folder says what its workflows are tuned for.
	configName = ".wanfix.json"
	maxConfig  = 1 << 20 // bytes
)

// config is what a .wanfix.json says: JSON that may have comments.
type config struct {
	path string
	gpu  *gpu.GPU // nil where it names no card
	card string   // the card as written
}

// findConfig looks for a .wanfix.json in a folder and above it, not beyond the root of
// the repository; nil is none. Its error has the file's name and the position in it.
func findConfig(dir string) (*config, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for {
		path := filepath.Join(dir, configName)
		text, err := readConfig(path)
		if err == nil {
			return parseConfig(text, path)
		}
		if !errors.Is(err, fs.ErrNotExist) || exists(path) {
			return nil, fmt.Errorf("read %s: %v", short(path), err)
		}
		above := filepath.Dir(dir)
		if exists(filepath.Join(dir, ".git")) || above == dir {
			return nil, nil
		}
		dir = above
	}
}

func readConfig(path string) ([]byte, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(text) > maxConfig {
		err = fmt.Errorf("it has more than %d KiB", maxConfig>>10)
	}
	return text, err
}

// parseConfig reads the text of a configuration. A key it does not know is an error, or
// a slip would silently tune for another card. The positions of its errors are its own,
// not those of the workflow that it is read for.
func parseConfig(text []byte, path string) (*config, error) {
	text = jsonc.ToJSON(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))) // every byte keeps its place
	if err := workflows.Gate(text); err != nil {
		return nil, fmt.Errorf("%s:%v", short(path), err)
	}
	wrong := func(at gjson.Result, format string, args ...any) error {
		return fmt.Errorf("%s:%s: %s", short(path), workflows.PositionOf(text, at.Index), fmt.Sprintf(format, args...))
	}
	root := gjson.ParseBytes(text)
	if !root.IsObject() {
		return nil, wrong(root, `want an object such as {"gpu": "3090"}`)
	}
	c := &config{path: path}
	var err error
	root.ForEach(func(key, value gjson.Result) bool {
		switch {
		case key.String() != "gpu":
			err = wrong(key, "there is no key %q, it knows gpu", key.String())
		case value.Type != gjson.String:
			err = wrong(value, `gpu: want a card such as "3090" or "sm_86:24GiB"`)
		default:
			card, unknown := gpu.Parse(value.String())
			if unknown != nil {
				err = wrong(value, "gpu: %v", unknown)
			}
			c.gpu, c.card = &card, value.String()
		}
		return err == nil
	})
	return c, err
}
