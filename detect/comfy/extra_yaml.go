package comfy

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What YAML may have. The parser has no limits of its own: it descends without end, and its time grows
// with the square of the keys.
const (
	maxNesting = 20   // collections in each other; the file has two
	maxTokens  = 5000 // real files have some hundred; text of many lines is one
)

// yamlText is a text that was parsed. Nothing that its aliases stand for is written out.
type yamlText struct {
	root    ast.Node // nil for nothing
	anchors map[string]ast.Node
}

func parseYAML(text []byte) (*yamlText, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, errors.New("it is not UTF-8")
	}
	tokens := lexer.Tokenize(string(text))
	if err := bounded(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var at interface {
			GetToken() *token.Token
			GetMessage() string
		}
		if errors.As(err, &at) && at.GetToken() != nil {
			err = fmt.Errorf("line %d: %s", at.GetToken().Position.Line, at.GetMessage())
		}
		return nil, err
	}
	y := &yamlText{anchors: map[string]ast.Node{}}
	if len(file.Docs) > 0 && file.Docs[0].Body != nil {
		y.root = file.Docs[0].Body
		ast.Walk(y, y.root)
	}
	return y, nil
}

// bounded refuses what the parser would take too long for, or not read as Python does.
func bounded(tokens token.Tokens) error {
	if len(tokens) > maxTokens {
		return fmt.Errorf("it has more than %d words", maxTokens)
	}
	var columns []int // where the open collections without brackets begin
	brackets := 0
	for _, t := range tokens {
		at := t
		switch t.Type {
		case token.TagType:
			return fmt.Errorf("line %d: tags such as %.20q are not read", t.Position.Line, t.Value)
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.MappingValueType:
			if t.Prev != nil {
				at = t.Prev // the key
			}
			fallthrough
		case token.SequenceEntryType, token.MappingKeyType:
			for len(columns) > 0 && columns[len(columns)-1] >= at.Position.Column {
				columns = columns[:len(columns)-1]
			}
			if brackets <= 0 {
				columns = append(columns, at.Position.Column)
			}
		}
		if len(columns)+brackets > maxNesting {
			return fmt.Errorf("line %d: more than %d lists and mappings in each other", t.Position.Line, maxNesting)
		}
	}
	return nil
}

// Visit remembers what has a name.
func (y *yamlText) Visit(n ast.Node) ast.Visitor {
	if anchor, ok := n.(*ast.AnchorNode); ok {
		y.anchors[anchor.Name.GetToken().Value] = anchor.Value
	}
	return y
}

// behind is what a node stands for: nil for an alias without a name for it, or that leads to itself.
func (y *yamlText) behind(n ast.Node) ast.Node {
	for range maxNesting {
		switch on := n.(type) {
		case *ast.AnchorNode:
			n = on.Value
		case *ast.MappingKeyNode:
			n = on.Value
		case *ast.AliasNode:
			n = y.anchors[on.Value.GetToken().Value]
		default:
			return n
		}
	}
	return nil
}

// pair is a key of a mapping with its value.
type pair struct {
	key   string
	line  int
	value ast.Node
}

// sections lists the pairs of the text, which is one mapping or nothing.
func (y *yamlText) sections() ([]pair, error) {
	sections, ok := y.pairs(y.root)
	if !ok && !isNull(y.root) {
		return nil, fmt.Errorf("line %d: want sections with a name and folders in each", y.root.GetToken().Position.Line)
	}
	return sections, nil
}

// pairs lists a mapping; ok is false for what is none. A key that is written twice keeps its first
// place and its last value, as it does in Python.
func (y *yamlText) pairs(n ast.Node) (list []pair, ok bool) {
	mapping, ok := y.behind(n).(*ast.MappingNode)
	if !ok {
		return nil, false
	}
	at := map[string]int{}
	for _, v := range mapping.Values {
		key, _ := scalar(y.behind(v.Key))
		p := pair{key, v.Key.GetToken().Position.Line, y.behind(v.Value)}
		if old, twice := at[key]; twice {
			list[old] = p
			continue
		}
		at[key] = len(list)
		list = append(list, p)
	}
	return list, true
}

// scalar is the text of a scalar, without quotes; that of null is empty.
func scalar(n ast.Node) (text string, ok bool) {
	switch n := n.(type) {
	case nil:
		return "", false
	case *ast.NullNode:
		return "", true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case ast.ScalarNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// truth is what Python takes a value for: text is true unless it is empty, "false" in quotes too.
func truth(n ast.Node) bool {
	text, ok := scalar(n)
	if !ok || isNull(n) {
		return false
	}
	if kind := n.GetToken().Type; kind == token.SingleQuoteType || kind == token.DoubleQuoteType || n.Type() == ast.LiteralType {
		return text != ""
	}
	number, err := strconv.ParseFloat(text, 64)
	return !slices.Contains([]string{"false", "no", "off"}, strings.ToLower(text)) && (err != nil || number != 0)
}

func isNull(n ast.Node) bool { return n == nil || n.Type() == ast.NullType }
