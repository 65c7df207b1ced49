package form

// Form is a compiled set of pages: every rule is type-checked and ready.
type Form struct {
	Pages []Page
}
