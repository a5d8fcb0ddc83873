/** Tests of the messages as they cross the wire, and of the rules of this module. */
@NullMarked
package dev.pullcord.protocol;

import org.jspecify.annotations.NullMarked;
