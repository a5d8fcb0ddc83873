/** Tests of what each kind of worker may say, and of what it is told when it says more. */
@NullMarked
package dev.pullcord.protocol.manifest.read.kind;

import org.jspecify.annotations.NullMarked;
