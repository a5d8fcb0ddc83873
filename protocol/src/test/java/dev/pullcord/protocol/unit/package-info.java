/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.protocol.unit;

import org.jspecify.annotations.NullMarked;
