import ArgumentParser
import TextFiles

/// Numbers on the command line. What is none is refused with the form that is wanted.
///
/// Options with these take the next word as it stands, so that a negative number is a value, and its range
/// refuses it.
enum NumberArgument {
    /// Seconds, as `DurationText` reads them; their range is checked where all options are.
    static func seconds(_ text: String) throws -> Double {
        guard let value = DurationText.seconds(text) else {
            throw ValidationError("a duration is seconds or has units, such as 20, 0.4, 20s, 1m30s or 1:30")
        }
        return value
    }

    /// A number that may have decimals.
    static func decimal(_ text: String) throws -> Double {
        guard let value = Double(text), value.isFinite else {
            throw ValidationError("it is one number, such as 2 or 0.4")
        }
        return value
    }

    /// A whole number.
    static func whole(_ text: String) throws -> Int {
        guard let value = Int(text) else { throw ValidationError("it is a whole number, such as 8") }
        return value
    }
}

/// Several numbers in one value, separated by commas.
enum NumberList {
    static func whole(_ text: String) throws -> [Int] {
        try CommaList.items(text).map(NumberArgument.whole)
    }

    /// Seconds, as `DurationText` reads them.
    static func seconds(_ text: String) throws -> [Double] {
        try CommaList.items(text).map(NumberArgument.seconds)
    }
}
