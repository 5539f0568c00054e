/// `text` with other text in place of single scalars. Scalars and not characters: a quotation mark in front
/// of a combining accent is one character with it, and a quotation mark all the same to who reads the file.
func replacing(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if let replacement = replacements[scalar] {
            result.append(contentsOf: replacement.unicodeScalars)
        } else {
            result.append(scalar)
        }
    }
    return String(result)
}
