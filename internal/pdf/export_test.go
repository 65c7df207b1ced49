package pdf

import "diwan.example/internal/barcode"

// Samples are the sample documents, for tests from outside.
func Samples() map[string]Document { return samples() }

// SymbolOf tells the modules of a payload's QR code and the millimetres of its side.
func SymbolOf(payload string) (modules int, side float64, err error) {
	s, err := barcode.Encode(payload)
	if err != nil {
		return 0, 0, err
	}
	return s.Size, roomy(s, 30*mm) / mm, nil
}
