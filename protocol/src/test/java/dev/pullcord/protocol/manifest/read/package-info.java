/** Tests of the manifest: every bad input by file, the schema beside the parser, the identity. */
@NullMarked
package dev.pullcord.protocol.manifest.read;

import org.jspecify.annotations.NullMarked;
