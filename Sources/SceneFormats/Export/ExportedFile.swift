/// A file that an export gives.
package struct ExportedFile: Hashable, Sendable {
    /// File name, without a folder.
    package var name: String
    package var bytes: [UInt8]
}
