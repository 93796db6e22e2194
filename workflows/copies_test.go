package workflows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wanfix/wanfix/workflows"
)

// TestCopies asks for widgets that subgraph instances show. Every «…» in a text is a site.
func TestCopies(t *testing.T) {
	proxies := func(list string) string { return `"properties":{"proxyWidgets":[` + list + `]}` }
	// S has inputs for a seed, for the number of blocks, and for a socket between them.
	inner := definition("S",
		border("inputs", "noise INT 2", "fast X 1", "blocks INT 3"), border("outputs"),
		nodes(node(5, wanSwap, in("blocks_to_swap INT 3 widget"), values("«20»,false,false")),
			node(6, "WanVideoSampler", in("seed INT 2 widget"), values(`30,6,5,77,"fixed"`)), node(7, "Unheard", in("x X 1"))),
		links(linkObject(1, "-10:1", "7:0", "X"), linkObject(2, "-10:0", "6:0", "INT"), linkObject(3, "-10:2", "5:0", "INT")))
	inside := func(members ...string) string { return ui(nodes(bare(12, "S", members...)), subgraphs(inner)) }
	// O holds an instance of S and drives its blocks.
	outer := func(members ...string) string {
		return definition("O", border("inputs", "all INT 3"), border("outputs"), nodes(bare(13, "S", append(members, in("blocks INT 3 widget"))...)), links(linkObject(3, "-10:0", "13:0", "INT")))
	}
	nested := func(member, outerMember string) string {
		return ui(nodes(bare(12, "O", outerMember)), subgraphs(inner, outer(member)))
	}
	both := `["-1","noise"],["-1","blocks"]`
	tests := []struct{ name, text, ask, want string }{
		{"in the order of the inputs", inside(values(`77,«20»`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"as exported, without its slots", inside(`"inputs":[]`, values(`77,«20»`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"with a control behind the seed", inside(values(`77,"fixed",«20»`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"with values that nobody knows", inside(values(`77,"fixed",20,7`)), "12:5.blocks_to_swap", "border from 12: the copy of blocks_to_swap on #12 S cannot be found"},
		{"too few", inside(values(`77`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"an empty list of proxies", inside(proxies(``), values(`77,«20»`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"a copy by name", inside(values(`77,«20»`), `"widgets_values_named":{"noise":77,"blocks":«20»}`), "12:5.blocks_to_swap", "border 20 from 12"},
		{"values by name alone", inside(`"widgets_values":{"noise":77,"blocks":20}`), "12:5.blocks_to_swap", "border from 12: the copy of blocks_to_swap on #12 S cannot be found"},

		{"listed as inputs", inside(proxies(both), values(`77,«20»`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"listed in another order", inside(proxies(`["-1","blocks"],["-1","noise"]`), values(`«20»,77`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"listed between others", inside(proxies(`["7","y"],["-1","blocks"],["6","cfg"]`), values(`null,«20»`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"listed behind the values", inside(proxies(`["-1","noise"],["7","y"],["-1","blocks"]`), values(`77`)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"not listed", inside(proxies(`["-1","noise"]`), values(`77,20`)), "12:5.blocks_to_swap", "border from 12: the copy of blocks_to_swap on #12 S cannot be found"},
		{"listed by node", inside(proxies(`["6","seed"],["5","blocks_to_swap"]`), values(``)), "12:5.blocks_to_swap", "border 20 from 12"},
		{"listed by node, with values", inside(proxies(`["6","seed"],["5","blocks_to_swap"]`), values(`77,20`)), "12:5.blocks_to_swap", "border from 12: the copy of blocks_to_swap on #12 S cannot be found"},

		{"shown without a link", ui(nodes(bare(12, "S", proxies(both+`,["5","offload_img_emb"]`), values(`77,20,«false»`))), subgraphs(marking(inner, "false"))), "12:5.offload_img_emb", "literal false"},
		{"shown without a link, otherwise", ui(nodes(bare(12, "S", proxies(both+`,["5","offload_img_emb"]`), values(`77,20,«true»`))), subgraphs(marking(inner, "false"))), "12:5.offload_img_emb",
			"literal: #12 S says true, the node inside says false"},
		{"shown without a link, null", ui(nodes(bare(12, "S", proxies(both+`,["5","offload_img_emb"]`), values(`77,20,null`))), subgraphs(marking(inner, "false"))), "12:5.offload_img_emb", "literal false"},

		{"through two levels", nested(values(`77,«20»`), values(`«20»`)), "12:13:5.blocks_to_swap", "border 20 from 12"},
		{"through two levels, only outside", nested(values(``), values(`«20»`)), "12:13:5.blocks_to_swap", "border 20 from 12"},
		{"through two levels, otherwise outside", nested(values(`77,«20»`), values(`«30»`)), "12:13:5.blocks_to_swap", "border from 12: #12 O says 30, #12:13 S says 20"},
		{"through two levels, otherwise between", nested(values(`77,«30»`), values(`«20»`)), "12:13:5.blocks_to_swap", "border from 12: #12 O says 20, #12:13 S says 30"},
		{"shown by both, by the name between", ui(nodes(bare(12, "O", proxies(`["-1","all"],["13","5: offload_img_emb"]`), values(`20,«false»`))),
			subgraphs(marking(inner, "false"), outer(proxies(both+`,["5","offload_img_emb"]`), values(`77,20,«false»`)))), "12:13:5.offload_img_emb", "literal false"},
		{"shown by the outer alone, by its path", ui(nodes(bare(12, "O", proxies(`["-1","all"],["13:5","offload_img_emb"]`), values(`20,«false»`))),
			subgraphs(marking(inner, "false"), outer(values(`77,20`)))), "12:13:5.offload_img_emb", "literal false"},
		{"an input shown once more", ui(nodes(bare(12, "Q", proxies(`["-1","x"],["13","blocks"]`), values(`1,«20»`))), subgraphs(inner,
			definition("Q", border("inputs", "x INT 1"), nodes(bare(13, "S", values(`77,«20»`)), node(8, wanSwap, in("blocks_to_swap INT 1 widget"))), links(linkObject(1, "-10:0", "8:0", "INT"))))),
			"12:13:5.blocks_to_swap", "border 20 from 12:13"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, want := marked(tt.text)
			r, widget := ask(t, parse(t, text), tt.ask)
			v := r.Value(widget)
			if got := tell(v); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if v.Source != workflows.Literal && len(v.Sites) == 0 && v.Why != "" {
				return // nothing can be written where a copy is missing
			}
			var got []workflows.Span
			for _, site := range v.Sites {
				got = append(got, site.Span)
			}
			slices.SortFunc(got, func(a, b workflows.Span) int { return a.Start - b.Start })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("sites (-want +got):\n%s", diff)
			}
		})
	}
}

// bare writes a node whose properties are among the members.
func bare(id any, class string, members ...string) string {
	return fmt.Sprintf(`{"id":%v,"type":%q,`, id, class) + strings.Join(members, ",") + "}"
}

// marking moves the mark in a definition to the next value of the kind.
func marking(definition, value string) string {
	return strings.Replace(strings.NewReplacer("«", "", "»", "").Replace(definition), value, "«"+value+"»", 1)
}

// An input may drive several widgets. Where the instance stores nothing, editors take the
// value of the first.
func TestFirstOfSeveral(t *testing.T) {
	text := func(first, second, stored string) string {
		d := definition("S", border("inputs", "blocks INT 3,4"), nodes(node(5, wanSwap, in("blocks_to_swap INT 3 widget"), values(first)), node(6, wanSwap, in("blocks_to_swap INT 4 widget"), values(second))),
			links(linkObject(3, "-10:0", "5:0", "INT"), linkObject(4, "-10:0", "6:0", "INT")))
		return ui(nodes(node(12, "S", values(stored))), subgraphs(d))
	}
	for _, tt := range []struct{ first, second, stored, ask, want string }{
		{"20", "20", "", "12:6", "border 20 from 12"},
		{"20", "30", "", "12:5", "border 20 from 12"},
		{"20", "30", "", "12:6", "border from 12: #12:5 WanVideoBlockSwap says 20, the node inside says 30"},
		{"", "30", "", "12:6", "border from 12: #12:5 WanVideoBlockSwap says 20, the node inside says 30"},
		{"20", "20", "25", "12:6", "border from 12: #12 S says 25, #12:5 WanVideoBlockSwap says 20"},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			r, _ := ask(t, parse(t, text(tt.first, tt.second, tt.stored)), tt.ask+".blocks_to_swap")
			if got := tell(r.Value("blocks_to_swap")); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}
