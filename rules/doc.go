// Package rules judges workflows by what is known to be bad, and says what should be changed.
//
// A [Set] holds rules; [Builtin] are those that wanfix brings along, and [Set.With] adds a user's
// own. [Set.Judge] asks them about a part on a machine: about every [Stack], one sampler's model
// path, and every value that its widget refuses. What comes of it is a [Verdict] of [Finding]s with
// changes, which package rewrite makes. Rules ask for a [Fact] by name; what is not known is
// unknown, and never a no.
//
// A rule is a page in packs/<pack>, told of in docs/rules.md; a node class a line in
// packs/<pack>/nodes.json; a named term one in packs/<pack>/terms.json; a preset a page and a folder
// in presets. After a change of pages, go test ./rules -update writes the index of the pack anew. A
// fact of Go is a line in the registry, see facts.go. How much memory something takes is answered by
// package plan.
package rules
