package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/rules"
)

// TestNoNamesInGo looks through every Go file that is no test: the names of classes
// and their widgets stand in nodes.json, and rules and Go use its words for them.
// Comments may name a class for an example.
func TestNoNamesInGo(t *testing.T) {
	classes, inputs := forbiddenNames(t)
	files, lines := token.NewFileSet(), 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != ".." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		lines += files.File(file.Pos()).LineCount()
		ast.Inspect(file, func(n ast.Node) bool {
			if _, isImport := n.(*ast.ImportSpec); isImport {
				return false
			}
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if class := classes.FindString(text); class != "" {
				t.Errorf("%s: names the class %s", files.Position(literal.Pos()), class)
			}
			if inputs[text] && text != "clip_vision" && text != "control_after_generate" { // a models folder, and the editor's own
				t.Errorf("%s: names the input %q", files.Position(literal.Pos()), text)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines < 1000 {
		t.Errorf("only %d lines of Go were looked through", lines)
	}
}

// forbiddenNames returns a pattern for the names of all classes as whole words, and
// the names of the wrapper's inputs that are not also words that rules use.
func forbiddenNames(t *testing.T) (classes *regexp.Regexp, inputs map[string]bool) {
	text, err := os.ReadFile("packs/wanvideo/nodes.json")
	if err != nil {
		t.Fatal(err)
	}
	wrapper := gjson.ParseBytes(text).Map()
	var names []string
	words := map[string]bool{}
	inputs = map[string]bool{}
	for _, name := range rules.BuiltinNodes().Names() {
		names = append(names, regexp.QuoteMeta(name))
		class := rules.BuiltinNodes().Class(name)
		words[class.Role], words[class.Gives] = true, true
		for role := range class.Takes {
			words[role] = true
		}
		for field := range class.Fields {
			words[field] = true
		}
		if _, ours := wrapper[name]; !ours {
			continue
		}
		for _, in := range class.Inputs() {
			inputs[in.Name] = true
		}
		for former := range class.Renamed {
			inputs[former] = true
		}
	}
	for word := range words {
		delete(inputs, word)
	}
	return regexp.MustCompile(`(?:^|\W)(?:` + strings.Join(names, "|") + `)(?:\W|$)`), inputs
}
