package order

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Token is the unguessable key that we plant with each purchase order: ten characters of Crockford's base32
// (https://www.crockford.com/base32.html), nine random ones (45 bits) and a check character. It travels in the
// Message-ID, in the reply address, in the footer of the mail and in a CSV column.
//
// The check character is a sum over GF(32) with a different weight at each place, so every single wrong character and every
// swap of two characters is noticed.
type Token string

// TokenLength is the number of characters of a token.
const TokenLength = 10

// TokenPrefix stands before a token where people see it ("WB-7K3QX0M2RB"), so that it can be told from other numbers.
const TokenPrefix = "WB-"

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ErrToken is returned for text that is not a token or was mistyped.
var ErrToken = errors.New("not a waybill key")

// NewToken draws a token from random, which must be cryptographically strong outside of tests.
func NewToken(random io.Reader) (Token, error) {
	var raw [TokenLength - 1]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	var text [TokenLength]byte
	for i, b := range raw {
		text[i] = crockford[b&31]
	}
	text[TokenLength-1] = crockford[check(text[:TokenLength-1])]
	return Token(text[:]), nil
}

// ParseToken reads a token as people and mail systems return it: any case, with or without the prefix, O read as 0, I and L as 1.
func ParseToken(s string) (Token, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, TokenPrefix)
	if len(s) != TokenLength {
		return "", ErrToken
	}
	var text [TokenLength]byte
	for i := range TokenLength {
		c := s[i]
		switch c {
		case 'O':
			c = '0'
		case 'I', 'L':
			c = '1'
		}
		if strings.IndexByte(crockford, c) < 0 {
			return "", ErrToken
		}
		text[i] = c
	}
	if crockford[check(text[:TokenLength-1])] != text[TokenLength-1] {
		return "", ErrToken
	}
	return Token(text[:]), nil
}

// check is the sum of the characters' values, each times a different power of the generator 2 of GF(32) with the
// polynomial x^5 + x^2 + 1.
func check(text []byte) byte {
	var sum byte
	for _, c := range text {
		sum = double(sum ^ byte(strings.IndexByte(crockford, c)))
	}
	return sum
}

func double(x byte) byte {
	x <<= 1
	if x&32 != 0 {
		x ^= 0b100101
	}
	return x & 31
}
