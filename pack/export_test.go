package pack

import (
	"maps"
	"slices"
)

// Described reports whether a key of the schema has a description.
func Described(key string) bool { return descriptions[key] != "" }

// DescribedKeys lists the keys that have a description.
func DescribedKeys() []string { return slices.Sorted(maps.Keys(descriptions)) }
