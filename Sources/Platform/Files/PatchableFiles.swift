/// Files of which bytes in the middle may be written anew, too.
package protocol PatchableFiles: DurableFiles {
    /// Writes `bytes` over those at `offset` of an existing file, with one `pwrite(2)`. Not synced.
    func patch(_ path: String, at offset: Int64, with bytes: [UInt8]) throws(DurableFileError)
}
