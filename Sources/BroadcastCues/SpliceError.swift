/// Why bytes are no `splice_info_section` that can be read.
package enum SpliceError: Error, Hashable, Sendable {
    /// Another table, or a version of the protocol that this one does not know.
    case otherTable
    case breaksOff
    case wrongChecksum
}
