/** Reads the keys of a worker's kind: one reader for each kind, found as a service. */
@NullMarked
package dev.pullcord.protocol.manifest.read.kind;

import org.jspecify.annotations.NullMarked;
