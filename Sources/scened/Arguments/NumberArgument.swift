import ArgumentParser

/// Numbers on the command line. What is none is refused with the form that is wanted.
///
/// Options with these take the next word as it stands, so that a negative number is a value, and its range
/// refuses it.
enum NumberArgument {
    /// Seconds; their range is checked where all options are.
    static func seconds(_ text: String) throws -> Double {
        guard let value = Double(text) else {
            throw ValidationError("seconds are one number without a unit, such as 20 or 0.4")
        }
        return value
    }

    /// A number that may have decimals.
    static func decimal(_ text: String) throws -> Double {
        guard let value = Double(text) else { throw ValidationError("it is one number, such as 2 or 0.4") }
        return value
    }

    /// A whole number.
    static func whole(_ text: String) throws -> Int {
        guard let value = Int(text) else { throw ValidationError("it is a whole number, such as 8") }
        return value
    }
}
