package messagelog

import (
	"errors"

	"diwan.example/exchange/message"
)

// Sealed is a seal with the authority's stamp on it.
type Sealed struct {
	message.Seal
	Token []byte // RFC 3161, over Manifest

	leaves []message.Sum
}

// Proof shows that a record is under the seal; it must be one of its records.
func (s *Sealed) Proof(r *Record) *message.Proof {
	i := int(r.Number - s.First)
	return &message.Proof{Kind: r.Head.Kind, Number: r.Number, At: r.At, Kept: r.Kept, Before: r.Prev, Seal: s.First, Path: message.Path(s.leaves, i)}
}

// Seals gives the seals that cover any record from first to last, in order. Records
// that none covers yet wait for theirs.
func (f Folder) Seals(first, last uint64) (out []*Sealed, err error) {
	segments, err := f.segments()
	if err != nil || len(segments) == 0 {
		return nil, err
	}
	i, err := f.before(segments, first)
	if err != nil {
		return nil, err
	}
	base, leaves := segments[i], []message.Sum(nil)
	for ; i < len(segments); i++ {
		_, err := f.walk(segments[i], func(fr *frame, p place) error {
			leaves = append(leaves, message.Leaf(fr.link))
			if fr.kind != kindSeal {
				return nil
			}
			s, err := decodeSeal(fr.said)
			if err != nil || s.First < base && s.Last() >= first || s.Last() >= p.number {
				return damage(p, errors.Join(errFrame, err))
			}
			if s.Last() < base {
				return nil // of records before the segment we began with
			}
			if s.Last() >= first && s.First <= last {
				out = append(out, &Sealed{s.Seal, s.token, append([]message.Sum(nil), leaves[s.First-base:s.Last()+1-base]...)})
			}
			leaves, base = leaves[s.Last()+1-base:], s.Last()+1
			if base > last {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) || i == len(segments)-1 && f.writing(err) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// before finds the segment in which the batch of a record begins.
func (f Folder) before(segments []uint64, number uint64) (int, error) {
	at := func(n uint64) int {
		i := len(segments) - 1
		for i > 0 && segments[i] > n {
			i--
		}
		return i
	}
	i := at(number)
	s, err := f.startOf(segments[i])
	return min(i, at(s.sealed+1)), err
}

// SealOf finds the seal that covers a record; nil when it waits for one.
func SealOf(seals []*Sealed, number uint64) *Sealed {
	for _, s := range seals {
		if number >= s.First && number <= s.Last() {
			return s
		}
	}
	return nil
}
