package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/rules"
)

// initCmd writes a configuration to begin with.
type initCmd struct {
	Folder string `arg:"" default:"." help:"The folder of the workflows; without it the one at hand."`
	GPU    string `name:"gpu" placeholder:"CARD,…" help:"The card that they are tuned for, or several. Without it the card of this computer is proposed."`
}

func (c *initCmd) run(s streams, _ looks) (int, error) {
	text, tells, err := c.text()
	if err != nil {
		return exitUsage, err
	}
	path := filepath.Join(c.Folder, configName)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return exitUsage, fmt.Errorf("%s is there already, nothing was written; to begin anew, delete it", path)
	case err != nil:
		return exitUsage, err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return exitUsage, err
	}
	fmt.Fprintf(s.out, "wrote %s: %s\n", plain(path), tells)
	if folder, err := filepath.Abs(c.Folder); err == nil {
		if above, err := findConfig(filepath.Dir(folder), newRuleSets(rules.Builtin(), nil)); above != nil && err == nil && !exists(filepath.Join(folder, ".git")) {
			fmt.Fprintf(s.out, "%s does not count there any more\n", plain(above.by))
		}
	}
	fmt.Fprintf(s.out, "next: wanfix check %s\n", quoted(c.Folder))
	return exitClean, nil
}

// text is what is written, with what there is to tell of it.
func (c *initCmd) text() (text, tells string, err error) {
	card, tells, err := c.card()
	return fmt.Sprintf(`{
  // What the workflows in this folder and below are tuned for, wherever that is done.
  // wanfix gpu "RTX 3090" tells what it makes of a name.
  %s,
  // Rules that neither report nor change anything. wanfix rules lists them.
  "ignore": [],
  // Other settings for some files. ** stands for any folders.
  "paths": {
    // "low-vram/**": {"gpu": "RTX 3060"}
  }
}
`, card), tells, err
}

// card is the line that names the card: in a comment where nobody said which one.
func (c *initCmd) card() (line, tells string, err error) {
	if c.GPU != "" {
		if _, err := gpu.ParseList(c.GPU); err != nil {
			return "", "", err
		}
		names := strings.Split(c.GPU, ",")
		for i := range names {
			names[i] = jsonText(strings.TrimSpace(names[i]))
		}
		line = `"gpu": ` + names[0]
		if len(names) > 1 {
			line = `"gpus": [` + strings.Join(names, ", ") + `]`
		}
		return line, "workflows there are tuned for " + plain(c.GPU), nil
	}
	const open = "it names no card yet, so that the card of each computer counts; hooks look at none"
	found := gpu.Probe(context.Background()).Pick(os.LookupEnv)
	if !found.Known {
		return `// "gpu": "RTX 3090"`, open, nil
	}
	name := spoken(found.GPU)
	return `// "gpu": ` + jsonText(name), open + "; to tune for that of this one, make a line of the comment", nil
}

// jsonText writes a text as JSON that a terminal can show.
func jsonText(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text is always JSON
	}
	return safeJSON(string(quoted))
}
