"""Tools for Japanese text: width, kana, eras, check digits, words. Values in, values out."""
