/// Several values in one argument, separated by commas, with or without spaces around them.
enum CommaList {
    /// The items, without spaces at their ends; an empty one between two commas counts.
    static func items(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
