/// What a person chooses for a file that is written.
package struct ExportOptions: Hashable, Sendable {
    /// Title of the list, where the format has one. Any text.
    package var title: String

    package init(title: String) { self.title = title }
}
