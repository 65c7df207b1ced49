package pack

import (
	"maps"
	"slices"
)

// Described reports whether a key of the schema has a description.
func Described(key string) bool { return descriptions[key] != "" }

// DescribedKeys lists the keys that have a description.
func DescribedKeys() []string { return slices.Sorted(maps.Keys(descriptions)) }

// KeepAtMost makes libraries keep fewer compiled versions until done is called.
func KeepAtMost(n int) (done func()) {
	old := mostKept
	mostKept = n
	return func() { mostKept = old }
}

// Kept is how many compiled versions a library keeps.
func (l *Library) Kept() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.versions)
}
