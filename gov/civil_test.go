package gov

import "testing"

func TestCivilNumberHasItsCheckDigit(t *testing.T) {
	// 9·8+8·5+7·0+6·1+5·0+4·0+3·0+2·1 = 120; 120 mod 11 = 10; check = 1.
	whole, ok := CivilNumber("85010001")
	if !ok || whole != "850100011" {
		t.Fatalf("got %q %v", whole, ok)
	}
	if !CivilNumberValid(whole) {
		t.Error("a number with its own check digit must be valid")
	}
	for i := range 8 { // every single wrong digit is noticed
		for d := byte('0'); d <= '9'; d++ {
			b := []byte(whole)
			if b[i] == d {
				continue
			}
			b[i] = d
			if CivilNumberValid(string(b)) {
				t.Errorf("%s passes though digit %d is wrong", b, i+1)
			}
		}
	}
}

func TestCivilNumberRefusesWhatIsNone(t *testing.T) {
	for _, s := range []string{"", "85010001", "8501000111", "85010001a", "851300019", "850000019", "٨٥٠١٠٠٠١١", "850100012"} {
		if CivilNumberValid(s) {
			t.Errorf("%q must not be valid", s)
		}
	}
	if _, ok := CivilNumber("8501"); ok {
		t.Error("four digits are not enough")
	}
}

func TestCivilNumberNeverIssuesTen(t *testing.T) {
	seen := 0
	for _, s := range []string{"85010001", "85010002", "85010003", "85010004", "85010005", "85010006", "85010007", "85010008", "85010009", "85010010", "85010011"} {
		if whole, ok := CivilNumber(s); ok {
			seen++
			if !CivilNumberValid(whole) {
				t.Error(whole)
			}
		}
	}
	if seen == 11 || seen == 0 {
		t.Errorf("some serials have no check digit: %d of 11 issued", seen)
	}
}
