/// An event as its line says it, and what names it.
package struct LoggedLine: Hashable, Sendable {
    package var type: String
    package var id: String
    /// Its `seq`, or its place in the stream where the producer gave none.
    package var sequence: Int64
    /// The JSON object, without its newline.
    package var json: String
    /// Microseconds from the first picture to where the event lies, or begins.
    package var mediaTime: Int64?
    package var wall: String?
    package var state: String?
    package var revision: Int?
}
