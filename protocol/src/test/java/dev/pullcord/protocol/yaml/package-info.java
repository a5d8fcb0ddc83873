/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.protocol.yaml;

import org.jspecify.annotations.NullMarked;
