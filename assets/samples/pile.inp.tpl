* PILE {{ name }}
* length [m], load [kN], diameter [m]
{{ x|fmt("%10.3f") }}{{ y|fmt("%10.2f") }}{{ diameter|fmt("%10.3f") }}
* modulus [kPa], wall [m]
{{ 210e6|fmt("%10.3e") }}{{ diameter/40|fmt("%10.4f") }}
END
