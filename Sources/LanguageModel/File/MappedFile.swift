import CLanguageModel

/// A file's bytes, mapped into memory for as long as this lives.
///
/// The file must not be shortened meanwhile: the system ends a process that reads beyond a shortened file.
final class MappedFile: @unchecked Sendable {
    /// The bytes; never changed.
    let bytes: UnsafeRawBufferPointer

    /// Maps a file; throws `LanguageModelError` when it cannot be read.
    init(path: String) throws {
        var count = 0
        var number: Int32 = 0
        guard let start = lm_map(path, &count, &number) else {
            let reason =
                switch number {
                case 2: "there is no such file"
                case 13: "it may not be read"
                case 21: "it is a folder"
                case 22: "it is empty or no file"
                default: "error \(number)"
                }
            throw LanguageModelError("“\(path.shown)” cannot be opened as a model: \(reason)")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        if let start = bytes.baseAddress { lm_unmap(start.assumingMemoryBound(to: UInt8.self), bytes.count) }
    }
}
